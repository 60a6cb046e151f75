using System.Diagnostics;

namespace WassersteinAutoEncoders.Reporting.Recording;

/// <summary>Does something only while it stays within its share of the run's time.</summary>
/// <param name="run">The run's clock.</param>
/// <param name="share">The share, above 0.</param>
internal sealed class TimeBudget(Stopwatch run, double share)
{
    private TimeSpan _spent;
    private TimeSpan _last;

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
