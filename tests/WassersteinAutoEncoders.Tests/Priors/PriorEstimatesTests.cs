using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Priors;

/// <summary>What a prior that states only how to sample gets by estimate, and what it may state.</summary>
public class PriorEstimatesTests
{
    /// <summary>‖p − p′‖² is 2σ²·χ² with d degrees of freedom: mean 2dσ², variance 8dσ⁴; 16,384 pairs.</summary>
    [Fact]
    public void The_expected_squared_distance_is_estimated_once_from_samples()
    {
        using var scope = NewDisposeScope();
        var inner = new GaussianMixturePrior([new GaussianComponent([3.0, -1, 0], 2)]);
        var own = new SamplesOnly(inner);
        IPrior prior = own;
        Assert.Equal(inner.ExpectedSquaredDistance, prior.ExpectedSquaredDistance, Tolerances.FailureSigmas * Math.Sqrt(8 * 3 * 16 / 16_384.0));
        var calls = own.Calls;
        Assert.Equal(prior.ExpectedSquaredDistance, ((IPrior)new SamplesOnly(inner)).ExpectedSquaredDistance);
        Assert.Equal(calls, own.Calls);
    }

    [Fact]
    public void Isotropic_moments_have_a_dimension_and_a_variance()
    {
        var moments = PriorMoments.Isotropic(2, 3);
        Assert.Equal([0, 0], moments.Mean);
        Assert.Equal(new double[,] { { 3, 0 }, { 0, 3 } }, moments.Covariance);
        Assert.Throws<ArgumentOutOfRangeException>("dimension", () => PriorMoments.Isotropic(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("variance", () => PriorMoments.Isotropic(2, -1));
    }

    /// <summary>A prior of one's own, with the two members it must have.</summary>
    private sealed class SamplesOnly(IPrior inner) : IPrior
    {
        public int Calls { get; private set; }

        public long Dimension => inner.Dimension;

        public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
        {
            Calls++;
            return inner.Sample(count, generator, device, dtype);
        }
    }
}
