using TorchSharp;
using WassersteinAutoEncoders.Divergences.Slices;
using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Priors;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>A divergence that is a mean over slices drawn at random, and so can say how well it is known.</summary>
public interface ISlicedDivergence : ILatentDivergence, IStochasticModule
{
    /// <summary>The slices of an evaluation.</summary>
    SliceDirections Directions { get; }

    /// <summary>The value with the standard error that stems from the choice of slices (not from that of codes and samples).</summary>
    /// <param name="encoded">Codes [n, d], as for <see cref="ILatentDivergence.Evaluate"/>.</param>
    /// <param name="prior">P_Z, as for <see cref="ILatentDivergence.Evaluate"/>.</param>
    /// <returns>
    /// The mean over the slices, drawn as for one evaluation, without gradient; and its standard error, that of a mean over groups of slices that are
    /// independent of each other (<see cref="SliceDirections.GroupSize"/>). Where all slices depend on one another, that of as many independent ones, which is
    /// too large; NaN for one slice.
    /// </returns>
    /// <exception cref="ArgumentException">As for <see cref="ILatentDivergence.Evaluate"/>.</exception>
    (double Value, double StandardError) Estimate(torch.Tensor encoded, PriorSamples prior);
}

/// <summary>The mean over slices and how well it is known.</summary>
internal static class SliceMean
{
    /// <summary>The mean over directions that are drawn now, a scalar differentiable in the codes.</summary>
    public static torch.Tensor Evaluate(SliceDirections directions, ISliceRule rule, torch.Tensor encoded, torch.Tensor? samples = null, double factor = 1)
    {
        using var scope = torch.NewDisposeScope();
        return SliceEngine.Mean(rule, encoded, samples, directions.Draw(encoded.shape[1]), factor).MoveToOuterDisposeScope();
    }

    /// <summary>The same mean as a number, with its standard error.</summary>
    public static (double Value, double StandardError) Estimate(SliceDirections directions, ISliceRule rule, torch.Tensor encoded, torch.Tensor? samples = null, double factor = 1)
    {
        using var scope = torch.NewDisposeScope();
        var d = encoded.shape[1];
        return Of(SliceEngine.Values(rule, encoded, samples, directions.Draw(d)), directions.GroupSize(d), factor);
    }

    public static (double Value, double StandardError) Of(double[] values, int groupSize, double factor)
    {
        // A last group that is cut short counts as what it is: a mean over fewer slices.
        var groups = values.Length >= 2 * groupSize ? values.Chunk(groupSize).Select(group => (Mean: group.Average(), group.Length)).ToArray() : [.. values.Select(v => (v, 1))];
        var mean = values.Average();
        var squares = groups.Sum(group => Math.Pow(group.Length * (group.Mean - mean) / values.Length, 2));
        return (mean * factor, Math.Abs(factor) * Math.Sqrt(squares * groups.Length / (groups.Length - 1)));
    }
}
