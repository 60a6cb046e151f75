using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The squared 2-Wasserstein distance along the worst direction that a few steps find: max over unit θ of W₂²(θᵀq, θᵀp) (Deshpande et al., 2019).</summary>
/// <remarks>
/// <para>In many dimensions most random directions see little; this one looks where codes and prior differ most. From each of the starting directions
/// θ goes to the normalised gradient of W₂² in it, a fixed number of times (a power iteration while the order of the projections does not change), and the best
/// direction of all steps counts. A lower bound of the maximum, and at least the largest of the starting slices. The gradient in the codes is that along the
/// direction found, held fixed: that of the maximum where it is attained at a smooth place, a one-sided one where the order of projections changes.</para>
/// <para>As many prior samples as codes. Cost O(K·(steps + 1)·(n·d + n·log n)) for K starts. Never negative, 0 for identical samples. The gradient comes once.
/// Not to be shared between threads.</para>
/// </remarks>
public sealed class MaxSlicedWassersteinDivergence : ISharedDivergence, IStochasticModule
{
    /// <summary>Creates the divergence.</summary>
    /// <param name="starts">The directions to start from; 10 <see cref="RandomDirections"/> by default.</param>
    /// <param name="steps">How many steps from each, ≥ 0; 10 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is negative.</exception>
    public MaxSlicedWassersteinDivergence(SliceDirections? starts = null, int steps = 10)
    {
        Starts = starts ?? SliceDirections.Random(10);
        Steps = (int)Guard.CheckAtLeast(steps, 0);
    }

    /// <summary>The directions to start from.</summary>
    public SliceDirections Starts { get; }

    /// <summary>How many steps are taken from each.</summary>
    public int Steps { get; }

    /// <inheritdoc/>
    public Generator Generator => Starts.Generator;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Shapes, element types or devices do not fit, or the numbers of codes and samples differ.</exception>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        var samples = Checked(encoded, prior);
        using var scope = NewDisposeScope();
        Tensor theta;
        using (no_grad())
        {
            (_, theta) = Best(encoded, samples, Drawn(encoded));
        }

        return Along(theta, encoded, samples, null).MoveToOuterDisposeScope();
    }

    /// <remarks>Each process goes its part of the ways, and all look along the best direction of any.</remarks>
    Tensor? ISharedDivergence.EvaluateShare(Tensor encoded, RowShare share, PriorSamples prior)
    {
        var samples = Checked(encoded, prior);
        if (samples.requires_grad)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        Tensor theta;
        using (no_grad())
        {
            var starts = share.PartOf(Drawn(encoded));
            var found = zeros([share.Size, 1 + encoded.shape[1]], dtype: encoded.dtype, device: encoded.device);
            if (starts.shape[0] > 0)
            {
                var (value, direction) = Best(encoded, samples, starts);
                found.select(0, share.Rank).copy_(cat([value.reshape(1), direction.reshape(-1)], 0));
            }

            share.Sum(found);
            theta = found.index_select(0, found.select(1, 0).argmax().reshape(1)).narrow(1, 1, encoded.shape[1]);
        }

        return Along(theta, encoded, samples, share).MoveToOuterDisposeScope();
    }

    private Tensor Checked(Tensor encoded, PriorSamples prior)
    {
        var samples = PriorSamples.For(encoded, prior);
        if (samples.shape[0] != encoded.shape[0])
        {
            throw new ArgumentException(
                $"Expected as many prior samples as codes, but there are {samples.shape[0]} and {encoded.shape[0]}. Draw as many samples as there are codes.", nameof(prior));
        }

        Guard.CheckAllocation(nameof(Starts), sizeof(double), Starts.Count, Math.Max(encoded.shape[0], encoded.shape[1]));
        return samples;
    }

    private Tensor Drawn(Tensor encoded) => Starts.Draw(encoded.shape[1]).to(encoded.dtype).MovedTo(encoded.device);

    /// <summary>The largest W₂² that the steps from some directions come by, and its direction, <c>[1, d]</c>.</summary>
    private (Tensor Value, Tensor Theta) Best(Tensor encoded, Tensor samples, Tensor theta)
    {
        var slices = new Slices(encoded, samples, theta);
        var (best, bestTheta) = (slices.Value, theta);
        for (var step = 0; step < Steps; step++)
        {
            var slope = slices.Slope;
            var norm = slope.Squared().sum(1, keepdim: true).sqrt();

            // Identical projections have no slope: the direction stays.
            theta = where(norm.IsPositive(), slope / norm, theta);
            slices = new Slices(encoded, samples, theta);
            var better = slices.Value.gt(best);
            (best, bestTheta) = (where(better, slices.Value, best), where(better.unsqueeze(1), theta, bestTheta));
        }

        var place = best.argmax().reshape(1);
        return (best.index_select(0, place), bestTheta.index_select(0, place));
    }

    /// <summary>W₂² along a direction, which the first of several processes counts.</summary>
    private static Tensor Along(Tensor theta, Tensor encoded, Tensor samples, RowShare? share)
    {
        Tensor value, gradient, ofSamples;
        using (no_grad())
        {
            var slices = new Slices(encoded, samples, theta);
            value = slices.Value.reshape([]);
            gradient = slices.Derivatives.t().mm(theta);
            ofSamples = slices.OfSamples.t().mm(theta).neg();
        }

        return share is null
            ? ClosedForm.Attach(encoded, gradient, samples, ofSamples, value)
            : ClosedForm.Attach(share.Rows(encoded), share.Rows(gradient), share.Rank == 0 ? value : zeros_like(value));
    }

    /// <summary>W₂² along each of K directions with its derivatives, <c>[K, n]</c>, in the projections of the codes and of the samples.</summary>
    private sealed class Slices
    {
        private readonly Tensor _codes;
        private readonly Tensor _samples;

        public Slices(Tensor codes, Tensor samples, Tensor theta)
        {
            (_codes, _samples) = (codes, samples);
            var (sorted, order) = theta.mm(codes.t()).sort(1);
            var (sortedSamples, sampleOrder) = theta.mm(samples.t()).sort(1);
            var difference = sorted - sortedSamples;
            Value = difference.Squared().mean([1]);
            var derivative = difference.Times(2.0 / codes.shape[0]);
            Derivatives = zeros_like(derivative).scatter_(1, order, derivative);
            OfSamples = zeros_like(derivative).scatter_(1, sampleOrder, derivative);
        }

        public Tensor Value { get; }

        public Tensor Derivatives { get; }

        /// <summary>The derivatives in the projections of the samples, but for the sign.</summary>
        public Tensor OfSamples { get; }

        /// <summary>The gradient in θ, <c>[K, d]</c>.</summary>
        public Tensor Slope => Derivatives.mm(_codes) - OfSamples.mm(_samples);
    }
}
