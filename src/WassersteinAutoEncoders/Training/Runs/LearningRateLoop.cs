using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Data;

namespace WassersteinAutoEncoders.Training.Runs;

/// <summary>The steps of <see cref="WaeTrainer.TestLearningRates(IEnumerable{TorchSharp.torch.Tensor}, double, double, int)"/>.</summary>
internal sealed class LearningRateLoop(TrainerState state, double minimum, double maximum, int steps)
{
    /// <summary>The share of the mean so far in the next one.</summary>
    private const double Smoothing = 0.9;

    /// <summary>The multiple of the lowest loss at which training counts as diverged.</summary>
    private const double Divergence = 4;

    public LearningRateCurve Run(BatchSource batches)
    {
        if (state.Counters.Accumulated > 0)
        {
            throw new InvalidOperationException("Expected no unfinished accumulation, whose gradients the test would lose. Test learning rates before training, or between epochs.");
        }

        using var snapshot = new TrainerSnapshot(state);
        try
        {
            return Curve([.. Losses(batches)]);
        }
        finally
        {
            state.Step.Rates.Override = null;
            snapshot.Restore();
        }
    }

    /// <summary>The bias-corrected running mean of the loss at each rate.</summary>
    private IEnumerable<(double Rate, double Loss)> Losses(BatchSource batches)
    {
        var ratio = Math.Pow(maximum / minimum, 1.0 / (steps - 1));
        var (mean, lowest) = (0.0, double.PositiveInfinity);
        var step = 0;
        for (var pass = 0; step < steps; pass++)
        {
            var before = step;
            using var reader = batches.Open(pass);
            for (; step < steps && reader.Next() is { } batch; step++)
            {
                var rate = minimum * Math.Pow(ratio, step);
                if (Loss(batch, rate) is not { } loss)
                {
                    yield break;
                }

                mean = Smoothing * mean + (1 - Smoothing) * loss;
                var smooth = mean / (1 - Math.Pow(Smoothing, step + 1));
                yield return (rate, smooth);
                lowest = Math.Min(lowest, smooth);
                if (smooth > Divergence * lowest)
                {
                    yield break;
                }
            }

            if (step == before)
            {
                throw new ArgumentException("There is no batch to test learning rates on, or the batches can be enumerated only once. Pass a collection, or an enumerable that begins anew each time, such as TensorBatcher.", nameof(batches));
            }
        }
    }

    private double? Loss(Batch batch, double rate)
    {
        state.Step.Rates.Override = rate;
        try
        {
            var result = state.Step.Run(batch).Result;
            var loss = result.Total;
            result.DisposeTensors();
            return double.IsFinite(loss) ? loss : null;
        }
        catch (NonFiniteException)
        {
            return null;
        }
    }

    private static LearningRateCurve Curve(List<(double Rate, double Loss)> points)
    {
        var (suggestion, steepest) = (double.NaN, 0.0);
        for (var i = 1; i + 1 < points.Count; i++)
        {
            var slope = (points[i + 1].Loss - points[i - 1].Loss) / Math.Log(points[i + 1].Rate / points[i - 1].Rate);
            if (slope < steepest)
            {
                (suggestion, steepest) = (points[i].Rate, slope);
            }
        }

        return new LearningRateCurve(points, suggestion);
    }
}
