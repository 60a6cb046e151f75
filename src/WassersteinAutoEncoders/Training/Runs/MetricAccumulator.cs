using System.Text.Json.Nodes;
using TorchSharp;
using WassersteinAutoEncoders.Numerics;

namespace WassersteinAutoEncoders.Training.Runs;

/// <summary>Sums of the terms of steps: on the device between two readings, as numbers after.</summary>
internal sealed class MetricAccumulator(bool onCpu) : IDisposable
{
    private sealed class Sum
    {
        public double Total;
        public long Count;
    }

    private readonly List<(string Name, torch.Tensor Sum, long Count)> _onDevice = [];
    private readonly List<(string Name, Sum Sum)> _interval = [];
    private readonly List<(string Name, Sum Sum)> _epoch = [];

    public void Add(WaeStepResult result)
    {
        Add("loss/total", result.TotalTensor, result.Values?.Total);
        Add("loss/reconstruction", result.ReconstructionTensor, result.Values?.Reconstruction);
        Add("loss/penalty", result.PenaltyTensor, result.Values?.Penalty);
        foreach (var (name, value) in result.Measurements)
        {
            Add(name, value, null);
        }
    }

    /// <summary>Adds a number that is known already.</summary>
    public void Add(string name, double value) => AddToBoth(name, value, 1);

    /// <summary>The means since the last call.</summary>
    public List<Metric> TakeInterval()
    {
        Drain();
        return Take(_interval);
    }

    /// <summary>The means since the interval began, which goes on.</summary>
    public List<Metric> PeekInterval()
    {
        Drain();
        return _interval.ConvertAll(s => new Metric(s.Name, s.Sum.Total / s.Sum.Count));
    }

    /// <summary>The means since the last call; the interval goes on.</summary>
    public List<Metric> TakeEpoch()
    {
        Drain();
        return Take(_epoch);
    }

    public JsonObject Save()
    {
        Drain();
        return new JsonObject { ["interval"] = Save(_interval), ["epoch"] = Save(_epoch) };
    }

    /// <summary>Reads a saved state; the result is applied by calling it.</summary>
    public Action Load(JsonObject state)
    {
        var newInterval = Load(state["interval"]);
        var newEpoch = Load(state["epoch"]);
        return () =>
        {
            Dispose();
            Replace(_interval, newInterval);
            Replace(_epoch, newEpoch);
        };
    }

    public void Dispose()
    {
        foreach (var (_, sum, _) in _onDevice)
        {
            sum.Dispose();
        }

        _onDevice.Clear();
    }

    private void Add(string name, torch.Tensor value, double? read)
    {
        if (onCpu || read is not null)
        {
            AddToBoth(name, read ?? Scalars.Read(value), 1);
            return;
        }

        using var noGrad = torch.no_grad();
        var i = _onDevice.FindIndex(s => s.Name == name);
        if (i < 0)
        {
            _onDevice.Add((name, value.detach().to(torch.ScalarType.Float64, copy: true).DetachFromDisposeScope(), 1));
        }
        else
        {
            _onDevice[i].Sum.Accumulate(value);
            _onDevice[i] = _onDevice[i] with { Count = _onDevice[i].Count + 1 };
        }
    }

    private void Drain()
    {
        foreach (var (name, sum, count) in _onDevice)
        {
            AddToBoth(name, Scalars.Read(sum), count);
        }

        Dispose();
    }

    private void AddToBoth(string name, double total, long count)
    {
        Add(_interval, name, total, count);
        Add(_epoch, name, total, count);
    }

    private static void Add(List<(string Name, Sum Sum)> sums, string name, double total, long count)
    {
        foreach (var (other, sum) in sums)
        {
            if (!string.Equals(other, name, StringComparison.Ordinal))
            {
                continue;
            }

            sum.Total += total;
            sum.Count += count;
            return;
        }

        sums.Add((name, new Sum { Total = total, Count = count }));
    }

    private static List<Metric> Take(List<(string Name, Sum Sum)> sums)
    {
        var metrics = sums.ConvertAll(s => new Metric(s.Name, s.Sum.Total / s.Sum.Count));
        sums.Clear();
        return metrics;
    }

    private static void Replace(List<(string Name, Sum Sum)> sums, List<(string Name, Sum Sum)> by)
    {
        sums.Clear();
        sums.AddRange(by);
    }

    private static JsonArray Save(List<(string Name, Sum Sum)> sums)
        => [.. sums.Select(s => new JsonObject { ["name"] = s.Name, ["total"] = JsonNumbers.Save(s.Sum.Total), ["count"] = s.Sum.Count })];

    private static List<(string Name, Sum Sum)> Load(JsonNode? saved)
    {
        var sums = new List<(string, Sum)>();
        foreach (var item in JsonNumbers.Array(saved, "metrics"))
        {
            if (item is not JsonObject entry)
            {
                throw new InvalidDataException("The saved metrics hold something other than objects.");
            }

            sums.Add((JsonNumbers.Text(entry, "name"), new Sum { Total = JsonNumbers.Double(entry, "total"), Count = JsonNumbers.Long(entry, "count", 1) }));
        }

        return sums;
    }
}
