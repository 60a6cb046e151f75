using TorchSharp;
using WassersteinAutoEncoders.Costs;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Costs;

/// <summary>The suite of costs knows flat examples; these want pictures, or what a module takes.</summary>
public class PictureCostsTests
{
    private static readonly double[] ScaleWeights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

    [Theory]
    [InlineData(1, 11, 1.5, 14, 13)]
    [InlineData(2, 5, 1.0, 13, 11)]
    [InlineData(3, 3, 1.5, 12, 14)]
    public void It_is_the_formula_in_loops(int scales, int window, double deviation, int height, int width)
    {
        using var scope = NewDisposeScope();
        var x = Points.Uniform([2, 2, height, width], 1);
        var y = (x + Points.Uniform([2, 2, height, width], 2) * 0.3).clamp(0, 1);
        var cost = new StructuralSimilarityCost(scales, 1, 3, window, deviation);
        var (a, b) = (x.data<double>().ToArray(), y.data<double>().ToArray());
        var planes = a.Chunk(height * width).Zip(b.Chunk(height * width), (u, v) => Similarity(u, v, height, width, scales, window, deviation));
        Assert.Equal(3 * (1 - planes.Average()), cost.Evaluate(x, y).ToDouble(), Tolerances.Float64);
        Assert.Equal(3 * (1 - planes.Average()), cost.Evaluate(x.to(float32), y.to(float32)).ToDouble(), Tolerances.Float32);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 3)]
    public void Gradients_are_those_of_finite_differences(int scales, int window)
    {
        using var scope = NewDisposeScope();
        var cost = new StructuralSimilarityCost(scales, window: window);
        var x = Points.Uniform([2, 1, 7, 8], 1);
        var y = (x + Points.Uniform([2, 1, 7, 8], 2) * 0.3) * 0.8;
        FiniteDifferences.Check(v => cost.Evaluate(x, v), y);
        FiniteDifferences.Check(v => cost.Evaluate(v, y), x);
    }

    [Fact]
    public void Five_scales_of_published_pictures_sizes_are_finite_and_between_0_and_1()
    {
        using var scope = NewDisposeScope();
        var cost = new StructuralSimilarityCost(5);
        var x = Points.Uniform([1, 1, 176, 180], 1, dtype: float32);
        foreach (var y in new[] { x.clone(), 1 - x, zeros_like(x), Points.Uniform([1, 1, 176, 180], 2, dtype: float32) })
        {
            var leaf = y.clone().requires_grad_(true);
            var value = cost.Evaluate(x, leaf);
            value.backward();
            Assert.InRange(value.ToDouble(), -Tolerances.Float32Zero, 1);
            Assert.True(leaf.grad!.isfinite().all().ToBoolean());
        }
    }

    /// <summary>0 for equal pictures, symmetric, 2 for a picture against its negative about a mean, at most; of pictures in [−1, 1] with a range of 2, C₁ and C₂ grow along.</summary>
    [Fact]
    public void Limits()
    {
        using var scope = NewDisposeScope();
        var cost = new StructuralSimilarityCost();
        var (x, y) = (Points.Uniform([3, 1, 16, 16], 1), Points.Uniform([3, 1, 16, 16], 2));
        Assert.Equal(0, cost.Evaluate(x, x.clone()).ToDouble(), Tolerances.Float64);
        Assert.Equal(cost.Evaluate(x, y).ToDouble(), cost.Evaluate(y, x).ToDouble(), Tolerances.Float64);
        Assert.Equal(cost.Evaluate(x, y).ToDouble(), new StructuralSimilarityCost(range: 2).Evaluate(x * 2, y * 2).ToDouble(), Tolerances.Float64);
        Assert.InRange(cost.Evaluate(x, 1 - x).ToDouble(), 1, 2);

        // Flat pictures differ in brightness alone: 1 − (2ab + C₁)/(a² + b² + C₁).
        var flat = cost.Evaluate(full([1, 1, 12, 12], 0.2, float64), full([1, 1, 12, 12], 0.6, float64)).ToDouble();
        Assert.Equal(1 - (2 * 0.2 * 0.6 + 1e-4) / (0.04 + 0.36 + 1e-4), flat, Tolerances.HandComputed);

        // A mean over the batch.
        var each = Enumerable.Range(0, 3).Average(i => cost.Evaluate(x.narrow(0, i, 1), y.narrow(0, i, 1)).ToDouble());
        Assert.Equal(each, cost.Evaluate(x, y).ToDouble(), Tolerances.Float64);
    }

    [Fact]
    public void The_perceptual_cost_is_the_cost_of_the_features_and_leaves_the_module_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var features = Sequential(Linear(6, 4, dtype: float64), Dropout(0.5), Tanh());
        features.train();
        var cost = new PerceptualCost(features);
        var (x, y) = (Points.Uniform([5, 6], 1), Points.Uniform([5, 6], 2));
        features.eval();
        var expected = (features.call(x) - features.call(y)).square().mean().ToDouble();
        features.train();
        Assert.Equal(expected, cost.Evaluate(x, y).ToDouble(), Tolerances.Float64);
        Assert.True(features.training);
        Assert.All(features.children(), child => Assert.True(child.training));
        FiniteDifferences.Check(v => cost.Evaluate(x, v), y);
        FiniteDifferences.Check(v => cost.Evaluate(v, y), x);

        var leaf = y.clone().requires_grad_(true);
        cost.Evaluate(x, leaf).backward();
        Assert.All(features.parameters(), parameter => Assert.True(parameter.requires_grad && parameter.grad is null));
        Assert.Equal(2 * (features.parameters().Count() / 2), features.parameters().Count(p => p.requires_grad));
        Assert.Equal(0, cost.Evaluate(x, x.clone()).ToDouble());
        using var inner = NewDisposeScope();
        cost.Evaluate(x, y);
        Assert.Equal(1, inner.DisposablesCount);
    }

    [Fact]
    public void The_cost_between_features_is_of_ones_choice()
    {
        using var scope = NewDisposeScope();
        using var features = Linear(6, 4, dtype: float64);
        var (x, y) = (Points.Uniform([5, 6], 1), Points.Uniform([5, 6], 2));
        var own = new AbsoluteErrorCost();
        Assert.Equal(own.Evaluate(features.call(x), features.call(y)).ToDouble(), new PerceptualCost(features, own).Evaluate(x, y).ToDouble(), Tolerances.Float64);
    }

    /// <summary>The shorter side decides whether a window fits, and one row of features an example is asked for.</summary>
    [Fact]
    public void Pictures_too_flat_for_a_window_and_features_without_rows_are_refused()
    {
        using var scope = NewDisposeScope();
        var flat = zeros([1, 1, 40, 10]);
        Assert.Contains("11×11", Assert.Throws<ArgumentException>(() => new StructuralSimilarityCost().Evaluate(flat, flat)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new StructuralSimilarityCost().Evaluate(flat.transpose(2, 3), flat.transpose(2, 3)));
        using var total = new Total();
        Assert.Contains("batch dimension", Assert.Throws<ArgumentException>(() => new PerceptualCost(total).Evaluate(zeros(4, 3), zeros(4, 3))).Message, StringComparison.Ordinal);
    }

    private static double Similarity(double[] x, double[] y, int height, int width, int scales, int window, double deviation)
    {
        double product = 1;
        for (var j = 0; j < scales; j++)
        {
            var (structure, full) = Means(x, y, height, width, window, deviation);
            product *= scales == 1 ? full : Math.Pow(Math.Max(1e-6, j < scales - 1 ? structure : full), ScaleWeights[j] / ScaleWeights.Take(scales).Sum());
            (x, y) = (Half(x, height, width), Half(y, height, width));
            (height, width) = (height / 2, width / 2);
        }

        return product;
    }

    private static (double Structure, double Full) Means(double[] x, double[] y, int height, int width, int window, double deviation)
    {
        var r = window / 2;
        double total = 0, structures = 0, similarities = 0;
        for (var u = -r; u <= r; u++)
        {
            for (var v = -r; v <= r; v++)
            {
                total += Weight(u, v);
            }
        }

        var count = 0;
        for (var i = r; i < height - r; i++)
        {
            for (var j = r; j < width - r; j++)
            {
                double mx = 0, my = 0, vx = 0, vy = 0, c = 0;
                Sum((w, a, b) => { mx += w * a; my += w * b; });
                Sum((w, a, b) => { vx += w * (a - mx) * (a - mx); vy += w * (b - my) * (b - my); c += w * (a - mx) * (b - my); });
                var structure = (2 * c + 9e-4) / (vx + vy + 9e-4);
                structures += structure;
                similarities += structure * (2 * mx * my + 1e-4) / (mx * mx + my * my + 1e-4);
                count++;

                void Sum(Action<double, double, double> add)
                {
                    for (var u = -r; u <= r; u++)
                    {
                        for (var v = -r; v <= r; v++)
                        {
                            add(Weight(u, v) / total, x[(i + u) * width + j + v], y[(i + u) * width + j + v]);
                        }
                    }
                }
            }
        }

        return (structures / count, similarities / count);

        double Weight(int u, int v) => Math.Exp(-(u * u + v * v) / (2 * deviation * deviation));
    }

    private static double[] Half(double[] x, int height, int width)
        => [.. from i in Enumerable.Range(0, height / 2)
               from j in Enumerable.Range(0, width / 2)
               select (x[2 * i * width + 2 * j] + x[2 * i * width + 2 * j + 1] + x[(2 * i + 1) * width + 2 * j] + x[(2 * i + 1) * width + 2 * j + 1]) / 4];

    private sealed class Total() : Module<Tensor, Tensor>(nameof(Total))
    {
        public override Tensor forward(Tensor input) => input.sum();
    }
}
