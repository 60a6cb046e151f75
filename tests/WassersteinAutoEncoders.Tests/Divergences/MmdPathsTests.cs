using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Divergences.Pairs;
using WassersteinAutoEncoders.Kernels;
using static TorchSharp.torch;
using static WassersteinAutoEncoders.Tests.Divergences.MmdPaths;

namespace WassersteinAutoEncoders.Tests.Divergences;

/// <summary>The fast, the composed and the blockwise way agree, in values and gradients.</summary>
public class MmdPathsTests
{
    [Property(MaxTest = 80)]
    public Property Fast_and_composed_agree() => Prop.ForAll(MmdCase.Arbitrary, c =>
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            using var scope = NewDisposeScope();
            var (x, y) = Samples(c);
            AssertAgree(c, x.to(type), y.to(type), Fast, Composed);
        }
    });

    [Property(MaxTest = 25)]
    public Property Blockwise_and_composed_agree() => Prop.ForAll(MmdCase.Arbitrary, c =>
    {
        using var scope = NewDisposeScope();
        var (x, y) = Samples(c);
        AssertAgree(c, x, y, (k, p, q, w) => BlockwisePairSums.Evaluate(k, p, q, w, 100), Composed);
    });

    // The same cases each time: among many, some pair lies so near on a line that the rounding of its squared distance shows beyond the tolerance.
    [Property(MaxTest = 80, Replay = "2026,1127")]
    public Property Matrices_and_composed_agree() => Prop.ForAll(MmdCase.Arbitrary, c =>
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            using var scope = NewDisposeScope();
            var (x, y) = Samples(c);
            var near = c.Name is "laplacian" or "energy" or "sum" && type == ScalarType.Float64 ? Tolerances.NearPairs : Tolerances.Of(type);
            AssertAgree(c, x.to(type), y.to(type), Matrices, Composed, near);
            AssertAgree(c, x.to(type), y.to(type), InBlocks, Composed, near);
        }
    });

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void They_agree_for_many_points_too(ScalarType type)
    {
        // Several blocks, the last one short, more prior samples than codes and the other way round.
        foreach (var (n, m) in new[] { (523, 523), (700, 130), (130, 700) })
        {
            using var scope = NewDisposeScope();
            var c = new MmdCase("imq", new ImqKernel(6), MmdEstimator.Unbiased, n, 3, 5);
            AssertAgree(c, c.Points(1).to(type), (c.Points(2, m) + 0.3).to(type), Fast, Composed);
        }
    }

    [Theory]
    [InlineData(60)]
    [InlineData(700)]
    public void The_number_of_threads_changes_no_bit(int count)
    {
        using var scope = NewDisposeScope();
        var c = new MmdCase("imq", new ImqKernel(10), MmdEstimator.Unbiased, count, 5, 3);
        var (x, y) = (c.Points(1).to(ScalarType.Float32), c.Points(2).to(ScalarType.Float32));
        Assert.Equal(OnThreads(1), OnThreads(2));
        Assert.Equal(OnThreads(1), OnThreads(3));

        unsafe double[] OnThreads(int threads)
        {
            var gradient = new float[count * 5];
            fixed (byte* p = x.bytes, q = y.bytes)
            fixed (float* g = gradient)
            {
                var value = RadialPairSums.Evaluate((IRadialKernel)c.Kernel, (float*)p, count, (float*)q, count, 5, Weights(c, count), g, threads);
                return [value, .. gradient.Select(v => (double)v)];
            }
        }
    }

    [Fact]
    public void Every_vector_width_agrees()
    {
        using var scope = NewDisposeScope();
        var c = new MmdCase("imq", new ImqKernel(6), MmdEstimator.UnbiasedPaired, 150, 7, 2);
        var (x, y) = (c.Points(1), c.Points(2));
        var expected = Widths.Evaluate512(c, x, y);
        foreach (var actual in new[] { Widths.Evaluate256(c, x, y), Widths.Evaluate128(c, x, y) })
        {
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i], actual[i], Tolerances.Float64);
            }
        }
    }

    [Fact]
    public void What_a_kernel_throws_reaches_the_caller_from_every_thread()
    {
        using var scope = NewDisposeScope();
        var c = new MmdCase("faulty", new FaultyKernel(), MmdEstimator.Unbiased, 700, 2, 1);
        var (x, y) = (c.Points(1), c.Points(2));
        Assert.Throws<InvalidTimeZoneException>(() => new MmdDivergence(c.Kernel).Evaluate(x, y));
    }

    [Fact]
    public void Second_derivatives_are_there_when_asked_for()
    {
        using var scope = NewDisposeScope();
        var c = new MmdCase("imq", new ImqKernel(4), MmdEstimator.Unbiased, 5, 2, 1);
        var (x, y) = (c.Points(1), c.Points(2));
        var divergence = new MmdDivergence(c.Kernel) { HigherDerivatives = true };
        FiniteDifferences.Check(p =>
        {
            using (enable_grad())
            {
                var q = p.requires_grad ? p : p.detach().requires_grad_();
                return autograd.grad([divergence.Evaluate(q, y)], [q], create_graph: true, retain_graph: true)[0].square().sum();
            }
        }, x);
    }

    private static (Tensor X, Tensor Y) Samples(MmdCase c)
    {
        var (x, y) = (c.Points(1), c.Points(2) * 1.3);

        // Some codes coincide with each other and with prior samples; some lie far away.
        if (c.Seed % 3 == 0)
        {
            x = cat([y.narrow(0, 0, 1), x.narrow(0, 1, c.Count - 1)]);
        }

        if (c.Seed % 3 == 0 && c.Count > 2)
        {
            x = cat([x.narrow(0, 0, c.Count - 1), x.narrow(0, 1, 1)]);
        }

        if (c.Seed % 5 == 0)
        {
            x = cat([x.narrow(0, 0, c.Count - 1), x.narrow(0, c.Count - 1, 1) + 1e4]);
        }

        return (x, y);
    }

    private static void AssertAgree(MmdCase c, Tensor x, Tensor y,
        Func<IKernel, Tensor, Tensor, PairWeights, Tensor> one, Func<IKernel, Tensor, Tensor, PairWeights, Tensor> other, double? tolerated = null)
    {
        var weights = Weights(c, x.shape[0], y.shape[0]);
        var (value, gradient) = Evaluate(one);
        var (expected, expectedGradient) = Evaluate(other);
        var tolerance = tolerated ?? Tolerances.Of(x.dtype);
        var magnitude = Math.Max(1, c.Kernel.Gram(x, cat([x, y])).abs().max().ToDouble());
        Assert.Equal(expected, value, tolerance * magnitude);

        // Both form each coordinate from terms of both signs, weighted by 1/n.
        var scale = Math.Max(expectedGradient.Max(Math.Abs), magnitude / x.shape[0]);
        for (var i = 0; i < gradient.Length; i++)
        {
            Assert.Equal(expectedGradient[i], gradient[i], tolerance * scale);
        }

        (double, double[]) Evaluate(Func<IKernel, Tensor, Tensor, PairWeights, Tensor> way)
        {
            var leaf = x.detach().clone().requires_grad_();
            var result = way(c.Kernel, leaf, y, weights);
            result.backward();
            return (result.ToDouble(), FiniteDifferences.Values(leaf.grad!));
        }
    }

    private static PairWeights Weights(MmdCase c, long n, long? m = null)
        => PairWeights.Of(c.Estimator == MmdEstimator.LinearTime ? MmdEstimator.Unbiased : c.Estimator, n, m ?? n);

    private sealed class FaultyKernel : IRadialKernel
    {
        public Tensor Gram(Tensor x, Tensor y) => throw new InvalidTimeZoneException();

        public void Profile(ReadOnlySpan<double> squaredDistances, Span<double> values, Span<double> derivatives) => throw new InvalidTimeZoneException();

        public void Profile(ReadOnlySpan<float> squaredDistances, Span<float> values, Span<float> derivatives) => throw new InvalidTimeZoneException();
    }
}
