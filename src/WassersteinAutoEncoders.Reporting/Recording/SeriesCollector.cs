using WassersteinAutoEncoders.Reporting.Model;

namespace WassersteinAutoEncoders.Reporting.Recording;

/// <summary>The values of one metric in bounded memory: where there are too many, neighbours are averaged.</summary>
internal sealed class SeriesCollector(string name, MetricSource source)
{
    private const int MaxPoints = 600;
    private readonly List<MetricPoint> _points = [];
    private int _group = 1;
    private int _pending;
    private double _sum;

    public MetricSeries ToSeries(long lastStep)
    {
        // The group in progress is shown as it stands, so that a run's last value is never missing.
        return new MetricSeries(name, source, _pending == 0 ? [.. _points] : [.. _points, new MetricPoint(lastStep, _sum / _pending)]);
    }

    public void Add(long step, double value)
    {
        _sum += value;
        if (++_pending < _group)
        {
            return;
        }

        _points.Add(new MetricPoint(step, _sum / _pending));
        (_sum, _pending) = (0, 0);
        if (_points.Count < MaxPoints)
        {
            return;
        }

        for (var i = 0; i < _points.Count / 2; i++)
        {
            _points[i] = new MetricPoint(_points[2 * i + 1].Step, (_points[2 * i].Value + _points[2 * i + 1].Value) / 2);
        }

        _points.RemoveRange(_points.Count / 2, _points.Count - _points.Count / 2);
        _group *= 2;
    }
}
