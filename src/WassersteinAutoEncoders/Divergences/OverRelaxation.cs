namespace WassersteinAutoEncoders.Divergences;

/// <summary>The factor by which Sinkhorn's alternating updates are stretched, learned from how fast their error falls (Lehmann et al. 2021).</summary>
/// <remarks>
/// Plain updates (factor 1) shrink the error by a ratio r each; updates stretched by ω then shrink it by the θ of Young's relation
/// (θ + ω − 1)² = r·θ·ω², fastest at ω = 2/(1 + √(1 − r)). So each observed θ tells r, and r the next factor. Where the error grows, plain
/// updates are taken up again, each time for twice as long as the last.
/// </remarks>
internal sealed class OverRelaxation(int iterationsBetweenObservations)
{
    private const double Largest = 1.95;
    private double _lastError = double.NaN;
    private int _rest = 1;
    private int _plainObservations;

    /// <summary>The factor now, ≥ 1 and &lt; 2.</summary>
    public double Factor { get; private set; } = 1;

    /// <summary>Takes notice of the error after another few iterations.</summary>
    public void Observe(double error)
    {
        if (error < _lastError)
        {
            if (_plainObservations > 0)
            {
                _plainObservations--;
            }
            else
            {
                Learn(Math.Pow(error / _lastError, 1.0 / iterationsBetweenObservations));
            }
        }
        else if (Factor > 1)
        {
            Factor = 1;
            _plainObservations = _rest *= 2;
        }

        _lastError = error;
    }

    private void Learn(double theta)
    {
        // At ω − 1 the factor is at its best already; below, the relation has no solution: the ratio is still settling.
        if (theta > Factor - 1)
        {
            var root = (theta + Factor - 1) / Factor;
            var ratio = Math.Min(1, root * root / theta);
            Factor = Math.Min(Largest, 2 / (1 + Math.Sqrt(1 - ratio)));
        }
    }
}
