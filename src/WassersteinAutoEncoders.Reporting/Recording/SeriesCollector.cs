using System.Text.Json.Nodes;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>The values of one metric in bounded memory: where there are too many, neighbours are averaged.</summary>
internal sealed class SeriesCollector(string name, MetricSource source)
{
    private const int MaxPoints = 600;
    private readonly List<MetricPoint> _points = [];
    private int _group = 1;
    private int _pending;

    // Of values divided by the group, a power of two: the sum of values near the largest number would overflow.
    private double _sum;

    public (string Name, MetricSource Source) Key => (name, source);

    public MetricSeries ToSeries(long lastStep)
    {
        // The group in progress is shown as it stands, so that a run's last value is never missing.
        return new MetricSeries(name, source, _pending == 0 ? [.. _points] : [.. _points, new MetricPoint(lastStep, _sum * ((double)_group / _pending))]);
    }

    public void Add(long step, double value)
    {
        _sum += value / _group;
        if (++_pending < _group)
        {
            return;
        }

        _points.Add(new MetricPoint(step, _sum));
        (_sum, _pending) = (0, 0);
        if (_points.Count < MaxPoints)
        {
            return;
        }

        for (var i = 0; i < _points.Count / 2; i++)
        {
            _points[i] = new MetricPoint(_points[2 * i + 1].Step, _points[2 * i].Value / 2 + _points[2 * i + 1].Value / 2);
        }

        _points.RemoveRange(_points.Count / 2, _points.Count - _points.Count / 2);
        _group *= 2;
    }

    public JsonNode Save() => new JsonObject
    {
        ["name"] = name,
        ["source"] = (int)source,
        ["group"] = _group,
        ["pending"] = _pending,
        ["points"] = RunHistory.Pack<long>([BitConverter.DoubleToInt64Bits(_sum), .. _points.SelectMany(point => (long[])[point.Step, BitConverter.DoubleToInt64Bits(point.Value)])]),
    };

    public static SeriesCollector Load(JsonObject state)
    {
        var (kind, group, pending) = ((int)RunHistory.Long(state, "source"), (int)RunHistory.Long(state, "group"), (int)RunHistory.Long(state, "pending"));
        var numbers = RunHistory.Unpack<long>(RunHistory.Text(state, "points"));
        if (!Enum.IsDefined((MetricSource)kind) || !int.IsPow2(group) || pending >= group || numbers.Length % 2 != 1 || numbers.Length > 2 * MaxPoints)
        {
            throw new InvalidDataException($"the series '{RunHistory.Text(state, "name")}' is not whole.");
        }

        var collector = new SeriesCollector(RunHistory.Text(state, "name"), (MetricSource)kind) { _group = group, _pending = pending, _sum = BitConverter.Int64BitsToDouble(numbers[0]) };
        collector._points.AddRange(numbers.Skip(1).Chunk(2).Select(pair => new MetricPoint(pair[0], BitConverter.Int64BitsToDouble(pair[1]))));
        return collector;
    }
}
