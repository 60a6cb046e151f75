using System.Diagnostics;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>Snapshots within a budget: where they grow too large, every second one goes, the first and the newest never.</summary>
internal sealed class SnapshotStore(long maxBytes)
{
    private readonly List<(int Number, EpochSnapshot Snapshot)> _kept = [];
    private int _taken;

    /// <summary>Of how many snapshots taken one is kept.</summary>
    public int Stride { get; private set; } = 1;

    public IReadOnlyList<EpochSnapshot> Snapshots => [.. _kept.Select(entry => entry.Snapshot)];

    public void Add(EpochSnapshot snapshot)
    {
        // The newest one before was perhaps only there because it was the newest.
        if (_kept.Count > 0 && _kept[^1].Number % Stride != 0)
        {
            _kept.RemoveAt(_kept.Count - 1);
        }

        _kept.Add((_taken++, snapshot));
        while (_kept.Count > 2 && _kept.Sum(entry => entry.Snapshot.Bytes) > maxBytes)
        {
            Stride *= 2;
            _kept.RemoveAll(entry => entry.Number % Stride != 0 && entry.Number != _taken - 1);
        }
    }

    /// <summary>Puts a snapshot in the place of the newest one.</summary>
    public void Replace(EpochSnapshot snapshot) => _kept[^1] = (_kept[^1].Number, snapshot);

    /// <summary>As many of the snapshots as take no more than that many bytes.</summary>
    public IReadOnlyList<EpochSnapshot> Within(long bytes)
    {
        var fewer = new SnapshotStore(bytes);
        foreach (var (_, snapshot) in _kept)
        {
            fewer.Add(snapshot);
        }

        return fewer.Snapshots;
    }
}

/// <summary>Does something only while it stays within its share of the run's time.</summary>
/// <param name="run">The run's clock.</param>
/// <param name="share">The part of the run that may be spent.</param>
/// <param name="first">What the first time is taken to cost.</param>
internal sealed class TimeBudget(Stopwatch run, double share, TimeSpan first = default)
{
    private TimeSpan _spent;
    private TimeSpan _last = first;

    /// <summary>Does it if it fits, taking as long as the last time.</summary>
    public void Spend(Action action)
    {
        if (_spent + _last <= run.Elapsed * share)
        {
            Charge(action);
        }
    }

    /// <summary>Does it whether it fits or not, and sets aside as much for another time: what comes between has to make up for both.</summary>
    public void ChargeTwice(Action action)
    {
        Charge(action);
        _spent += _last;
    }

    private void Charge(Action action)
    {
        var start = run.Elapsed;
        action();
        _last = run.Elapsed - start;
        _spent += _last;
    }
}
