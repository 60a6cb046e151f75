using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Divergences.Pairs;
using WassersteinAutoEncoders.Kernels;
using static TorchSharp.torch;
using static WassersteinAutoEncoders.Tests.Divergences.MmdPaths;

namespace WassersteinAutoEncoders.Tests.Divergences;

/// <summary>The gradients of every kernel on every path: of both samples, of one, of codes far away and of codes that are not numbers.</summary>
public class MmdPathGradientTests
{
    public static TheoryData<string> KernelNames => [.. All.Keys];

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
                    var value = way(All[name], x, y, weights);
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
                var value = way(All[name], x, null, weights);
                value.backward();
                return [value.ToDouble(), .. FiniteDifferences.Values(x.grad!)];
            }
        }
    }

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
        var kernel = All[name];
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
                var value = way(All[name], x, Points.Normal(40, 3, 2, type), PairWeights.Of(MmdEstimator.Unbiased, 40, 40));
                value.backward();
                Assert.False(double.IsFinite(value.to(float64).ToDouble()));
                Assert.False(x.grad![5].isfinite().all().ToBoolean());
            }
        }
    }
}
