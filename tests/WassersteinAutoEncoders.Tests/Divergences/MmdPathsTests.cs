using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Divergences.Pairs;
using WassersteinAutoEncoders.Kernels;
using static TorchSharp.torch;

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

    /// <summary>Both samples differentiated, one or the other, and none.</summary>
    [Theory]
    [MemberData(nameof(KernelNames))]
    public void Matrices_give_the_gradient_of_the_samples_too(string name)
    {
        foreach (var estimator in new[] { MmdEstimator.Biased, MmdEstimator.UnbiasedPaired, MmdEstimator.Unbiased })
        {
            foreach (var (inX, inY) in new[] { (true, true), (false, true), (true, false), (false, false) })
            {
                using var scope = NewDisposeScope();
                var weights = PairWeights.Of(estimator, 23, 23);
                var expected = Gradients(Composed);
                foreach (var way in new Func<IKernel, Tensor, Tensor, PairWeights, Tensor>[] { Matrices, InBlocks })
                {
                    var actual = Gradients(way);
                    Assert.Equal(expected.Length, actual.Length);
                    for (var i = 0; i < expected.Length; i++)
                    {
                        Assert.Equal(expected[i], actual[i], Tolerances.Float64);
                    }
                }

                double[] Gradients(Func<IKernel, Tensor, Tensor, PairWeights, Tensor> way)
                {
                    var (x, y) = (Points.Normal(23, 3, 1, ScalarType.Float64).requires_grad_(inX), Points.Normal(23, 3, 2, ScalarType.Float64).requires_grad_(inY));
                    var value = way(Kernels[name], x, y, weights);
                    Assert.Equal(inX || inY, value.requires_grad);
                    if (value.requires_grad)
                    {
                        value.backward();
                    }

                    return [value.ToDouble(), .. inX ? FiniteDifferences.Values(x.grad!) : [], .. inY ? FiniteDifferences.Values(y.grad!) : []];
                }
            }
        }
    }

    [Fact]
    public void A_second_derivative_through_matrices_is_not_a_number()
    {
        using var scope = NewDisposeScope();
        var x = Points.Normal(6, 3, 1, ScalarType.Float64).requires_grad_();
        var first = autograd.grad([Matrices(new ImqKernel(6), x, Points.Normal(6, 3, 2, ScalarType.Float64), PairWeights.Of(MmdEstimator.Unbiased, 6, 6))], [x], create_graph: true, retain_graph: true)[0];
        Assert.True(autograd.grad([first.sum()], [x])[0].isnan().all().ToBoolean());
    }

    [Theory]
    [MemberData(nameof(KernelNames))]
    public void Sums_over_one_sample_agree(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var estimator in new[] { MmdEstimator.Biased, MmdEstimator.Unbiased })
        {
            var weights = PairWeights.OfOneSample(estimator, 40);
            var expected = Gradient(ComposedPairSums.Evaluate);
            foreach (var actual in new[] { Gradient((k, x, y, w) => MatrixPairSums.Evaluate(k, x, y, w)), Gradient((k, x, y, w) => MatrixPairSums.Evaluate(k, x, y, w, 300)) })
            {
                for (var i = 0; i < expected.Length; i++)
                {
                    Assert.Equal(expected[i], actual[i], Tolerances.Float64);
                }
            }

            double[] Gradient(Func<IKernel, Tensor, Tensor?, PairWeights, Tensor> way)
            {
                var x = Points.Normal(40, 3, 1, ScalarType.Float64).requires_grad_();
                var value = way(Kernels[name], x, null, weights);
                value.backward();
                return [value.ToDouble(), .. FiniteDifferences.Values(x.grad!)];
            }
        }
    }

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

    public static TheoryData<string> KernelNames => [.. Kernels.Keys];

    private static Dictionary<string, IKernel> Kernels => new()
    {
        ["imq"] = new ImqKernel(6),
        ["rbf"] = new RbfKernel(6, [0.5, 1, 2]),
        ["laplacian"] = new LaplacianKernel(3),
        ["rational quadratic"] = new RationalQuadraticKernel(2, 0.7),
        ["energy"] = new EnergyKernel(),
        ["sum"] = SumKernel.Of((0.5, new ImqKernel(6)), (2, new EnergyKernel())),
        ["cramer-wold"] = new CramerWoldKernel(3, CramerWoldForm.Exact, 0.4),
        ["cramer-wold, asymptotic"] = new CramerWoldKernel(3, CramerWoldForm.Asymptotic, 0.4),
        ["sum of sums"] = SumKernel.Of((0.5, SumKernel.Of((2, new RbfKernel(6)), (1, new LaplacianKernel(3)))), (2, new RationalQuadraticKernel(2, 0.7))),
    };

    /// <summary>The pull on a code far away is small, and not to be lost in the rounding of what the codes near by add to nothing.</summary>
    [Theory]
    [InlineData("imq")]
    [InlineData("laplacian")]
    [InlineData("rational quadratic")]
    [InlineData("energy")]
    [InlineData("sum")]
    [InlineData("cramer-wold")]
    public void The_gradient_of_a_code_far_away_is_the_same_on_every_path(string name)
    {
        var kernel = Kernels[name];
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            foreach (var distance in new[] { 1, 1e3, 3e4, 1e5 })
            {
                foreach (var estimator in new[] { MmdEstimator.Biased, MmdEstimator.UnbiasedPaired, MmdEstimator.Unbiased })
                {
                    using var scope = NewDisposeScope();

                    // A twin of the far code: it is at distance 0 as well.
                    var far = full([1, 3], distance, type);
                    var (x, y) = (cat([Points.Normal(9, 3, 1, type), far, far]), Points.Normal(11, 3, 2, type));
                    var weights = PairWeights.Of(estimator, 11, 11);
                    var fast = FarGradient(Fast);

                    // Below 1e-30 the exponential of the fast path in float32 has reached its least value.
                    var tolerance = Tolerances.Of(type) * Math.Abs(fast) + 1e-30;
                    Assert.Equal(fast, FarGradient(Composed), tolerance);
                    Assert.Equal(fast, FarGradient(Matrices), tolerance);
                    Assert.Equal(fast, FarGradient(InBlocks), tolerance);
                    Assert.Equal(fast, FarGradient((k, p, q, w) => BlockwisePairSums.Evaluate(k, p, q, w, 40)), tolerance);

                    double FarGradient(Func<IKernel, Tensor, Tensor, PairWeights, Tensor> way)
                    {
                        var leaf = x.clone().requires_grad_();
                        way(kernel, leaf, y, weights).backward();
                        return leaf.grad![9, 0].to(float64).ToDouble();
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(KernelNames))]
    public void A_code_that_is_not_a_number_shows_in_the_value_and_the_gradient_of_every_path(string name)
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            foreach (var way in new Func<IKernel, Tensor, Tensor, PairWeights, Tensor>[] { Fast, Composed, Matrices, InBlocks, (k, p, q, w) => BlockwisePairSums.Evaluate(k, p, q, w, 40) })
            {
                using var scope = NewDisposeScope();
                var x = Points.Normal(40, 3, 1, type);
                x[5, 1] = double.NaN;
                x.requires_grad_();
                var value = way(Kernels[name], x, Points.Normal(40, 3, 2, type), PairWeights.Of(MmdEstimator.Unbiased, 40, 40));
                value.backward();
                Assert.False(double.IsFinite(value.to(float64).ToDouble()));
                Assert.False(x.grad![5].isfinite().all().ToBoolean());
            }
        }
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

    private static Tensor Fast(IKernel kernel, Tensor x, Tensor y, PairWeights weights) => RadialPairTensors.Evaluate((IRadialKernel)kernel, x, y, weights);

    private static Tensor Composed(IKernel kernel, Tensor x, Tensor y, PairWeights weights) => ComposedPairSums.Evaluate(kernel, x, y, weights);

    private static Tensor Matrices(IKernel kernel, Tensor x, Tensor y, PairWeights weights) => MatrixPairSums.Evaluate(kernel, x, y, weights);

    private static Tensor InBlocks(IKernel kernel, Tensor x, Tensor y, PairWeights weights) => MatrixPairSums.Evaluate(kernel, x, y, weights, 300);

    private sealed class FaultyKernel : IRadialKernel
    {
        public Tensor Gram(Tensor x, Tensor y) => throw new InvalidTimeZoneException();

        public void Profile(ReadOnlySpan<double> squaredDistances, Span<double> values, Span<double> derivatives) => throw new InvalidTimeZoneException();

        public void Profile(ReadOnlySpan<float> squaredDistances, Span<float> values, Span<float> derivatives) => throw new InvalidTimeZoneException();
    }
}
