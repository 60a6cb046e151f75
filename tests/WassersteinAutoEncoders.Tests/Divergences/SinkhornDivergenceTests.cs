using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class SinkhornDivergenceTests
{
    /// <summary>|OT_ε − OT_0| ≤ ε·log n for each of the three terms, and the debiasing ones are at most as large: so is the whole error.</summary>
    [Fact]
    public void As_the_regularisation_falls_it_tends_to_exact_transport()
    {
        using var scope = NewDisposeScope();
        const int n = 6;
        var (x, y) = (Points.Normal(n, 2, 1), Points.Normal(n, 2, 2) + 0.5);
        var exact = Permutations(n).Min(order => Transport(x, y, order));
        foreach (var epsilon in new[] { 3.0, 0.3, 0.03, 0.003 })
        {
            var divergence = new SinkhornDivergence(new SinkhornOptions { Epsilon = epsilon, Tolerance = 1e-4, MaximumIterations = 2000 });
            Assert.Equal(exact, divergence.Evaluate(x, y).ToDouble(), epsilon * Math.Log(n));
        }
    }

    [Fact]
    public void On_a_line_it_tends_to_the_transport_of_the_sorted_points()
    {
        using var scope = NewDisposeScope();
        const int n = 17;
        var (x, y) = (Points.Normal(n, 1, 1), Points.Normal(n, 1, 2) * 2);
        double[] a = [.. x.data<double>().ToArray().Order()], b = [.. y.data<double>().ToArray().Order()];
        var exact = a.Zip(b, (u, v) => (u - v) * (u - v) / 2).Average();
        var value = new SinkhornDivergence(new SinkhornOptions { Epsilon = 2e-3, MaximumIterations = 2000 }).Evaluate(x, y).ToDouble();
        Assert.Equal(exact, value, 2e-3 * Math.Log(n));
    }

    [Fact]
    public void As_the_regularisation_grows_it_tends_to_half_the_squared_distance_of_the_means()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(9, 3, 1), Points.Normal(5, 3, 2) + 1);
        var expected = (x.mean([0L]) - y.mean([0L])).square().sum().ToDouble() / 2;
        var value = new SinkhornDivergence(new SinkhornOptions { Epsilon = 1e6 }).Evaluate(x, y).ToDouble();

        // The first correction is of the size of cost²/ε.
        Assert.Equal(expected, value, 1e-4);
    }

    /// <summary>A second implementation: Sinkhorn and Knopp's scaling of the kernel matrix, in plain loops, and the primal value of its plan.</summary>
    [Theory]
    [InlineData(6, 6)]
    [InlineData(4, 9)]
    public void It_is_the_primal_value_of_the_scaled_plans(int n, int m)
    {
        using var scope = NewDisposeScope();
        const double epsilon = 0.8;
        var (x, y) = (Points.Normal(n, 2, 1), Points.Normal(m, 2, 2));
        var expected = Primal(x, y, epsilon) - (Primal(x, x, epsilon) + Primal(y, y, epsilon)) / 2;
        var divergence = new SinkhornDivergence(new SinkhornOptions { Epsilon = epsilon, Tolerance = 1e-10, MaximumIterations = 2000 });
        Assert.Equal(expected, divergence.Evaluate(x, y).ToDouble(), Tolerances.Float64);
        Assert.True(divergence.LastReport!.Converged);
    }

    [Fact]
    public void Block_by_block_it_is_the_same()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(13, 3, 1).requires_grad_(true), Points.Normal(11, 3, 2));
        var options = new SinkhornOptions { Tolerance = 1e-9 };
        Assert.Equal(1 << 24, new SinkhornDivergence(options).BlockElements);
        var whole = new SinkhornDivergence(options).Evaluate(x, y);
        var blocks = new SinkhornDivergence(options) { BlockElements = 30 }.Evaluate(x, y);
        Assert.Equal(whole.ToDouble(), blocks.ToDouble(), Tolerances.Float64);
        var gradient = autograd.grad([whole], [x])[0];
        Assert.True(gradient.allclose(autograd.grad([blocks], [x])[0], Tolerances.Float64, Tolerances.Float64));
    }

    [Fact]
    public void It_reports_whether_it_converged()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(13, 3, 1), Points.Normal(13, 3, 2) + 2);
        var stopped = new SinkhornDivergence(new SinkhornOptions { Epsilon = 0.01, MaximumIterations = 2, Tolerance = 1e-6 });
        Assert.Null(stopped.LastReport);
        Assert.True(double.IsFinite(stopped.Evaluate(x, y).ToDouble()));
        Assert.False(stopped.LastReport!.Converged);
        Assert.Equal(2, stopped.LastReport.Iterations);
        Assert.True(stopped.LastReport.MarginalError > 1e-6);

        var finished = new SinkhornDivergence(new SinkhornOptions { Epsilon = 1, Tolerance = 1e-6 });
        finished.Evaluate(x, y);
        Assert.True(finished.LastReport is { Converged: true, MarginalError: <= 1e-6 });

        var blind = new SinkhornDivergence(new SinkhornOptions { Epsilon = 1, Tolerance = 0, MaximumIterations = 7 });
        blind.Evaluate(x, y);
        var notMeasured = (false, 7, double.NaN);
        Assert.Equal(new SinkhornReport(notMeasured, notMeasured, notMeasured), blind.LastReport);
    }

    /// <summary>Where the iterations have no end of their own, only convergence ends them: across the samples and within each.</summary>
    [Fact]
    public void It_ends_when_it_has_converged_which_it_looks_for_every_five_iterations()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(13, 3, 1), Points.Normal(11, 3, 2) + 2);
        var divergence = new SinkhornDivergence(new SinkhornOptions { Epsilon = 0.3, Tolerance = 1e-6, MaximumIterations = int.MaxValue });
        divergence.Evaluate(x, y);
        Assert.Equal(0, divergence.LastReport!.Iterations % 5);
        Assert.InRange(divergence.LastReport.Iterations, 10, 1000);
    }

    [Fact]
    public void Scaling_saves_iterations_where_costs_are_far_larger_than_the_regularisation()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(20, 2, 1), Points.Normal(20, 2, 2) * 3 + 5);
        var options = new SinkhornOptions { Epsilon = 0.2, MaximumIterations = 10_000 };
        var (scaled, unscaled) = (Iterations(options, x, y), Iterations(options with { Scaling = null }, x, y));
        Assert.True(scaled < unscaled, $"{scaled} against {unscaled}");
    }

    [Theory]
    [InlineData(20, 0.1)]
    [InlineData(60, 0.1)]
    public void Over_relaxation_takes_at_most_two_thirds_of_the_iterations_of_plain_updates(int n, double epsilon)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(n, 2, 1), Points.Normal(n, 2, 2) + 1);
        var options = new SinkhornOptions { Epsilon = epsilon, Scaling = null };
        var (relaxed, plain) = (Iterations(options, x, y), PlainIterations(x, y, epsilon, options.Tolerance));
        Assert.True(3 * relaxed <= 2 * plain, $"{relaxed} against {plain}");
    }

    /// <summary>A plan of mass 1 is at most 1 from uniform in total variation, and after one iteration of a hard problem not far from it.</summary>
    [Fact]
    public void The_reported_error_is_a_total_variation()
    {
        using var scope = NewDisposeScope();
        var divergence = new SinkhornDivergence(new SinkhornOptions { Epsilon = 1e-3, MaximumIterations = 1, Scaling = null });
        divergence.Evaluate(Points.Normal(20, 2, 1), Points.Normal(20, 2, 2) + 1);
        Assert.InRange(divergence.LastReport!.MarginalError, 0.5, 1);
    }

    [Fact]
    public void With_and_without_scaling_it_is_the_same()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(13, 3, 1), Points.Normal(13, 3, 2) + 2);
        var options = new SinkhornOptions { Epsilon = 1, Tolerance = 1e-9 };
        Assert.Equal(
            new SinkhornDivergence(options).Evaluate(x, y).ToDouble(),
            new SinkhornDivergence(options with { Scaling = null }).Evaluate(x, y).ToDouble(),
            Tolerances.Float64 * 100);
    }

    [Fact]
    public void A_shift_of_one_sample_costs_half_its_square()
    {
        using var scope = NewDisposeScope();
        var x = Points.Normal(13, 3, 1);
        var value = new SinkhornDivergence(new SinkhornOptions { Epsilon = 2, Tolerance = 1e-9 }).Evaluate(x, x + 2);

        // Debiased entropic transport of a translate: the plan of the sample with itself, moved.
        Assert.Equal(3 * 4 / 2.0, value.ToDouble(), Tolerances.HandComputed);
    }

    /// <summary>By default the gradient is that of the limit, to a thousandth of its norm; one of a tenth of the tolerance, or of 6,000 iterations, stands for the limit.</summary>
    [Theory]
    [InlineData(0.02)]
    [InlineData(0.1)]
    [InlineData(null)]
    public void The_default_tolerance_leaves_the_gradient_three_digits(double? epsilon)
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            using var scope = NewDisposeScope();
            var (x, y) = (Points.Normal(24, 3, seed), Points.Normal(24, 3, seed + 100));
            var options = new SinkhornOptions { Epsilon = epsilon };
            var divergence = new SinkhornDivergence(options);
            var limit = new SinkhornDivergence(options with { Tolerance = 5e-6, MaximumIterations = 6000 });
            var gradient = tensor(FiniteDifferences.Gradient(codes => divergence.Evaluate(codes, y), x));
            var expected = tensor(FiniteDifferences.Gradient(codes => limit.Evaluate(codes, y), x));
            var error = ((gradient - expected).norm() / expected.norm()).ToDouble();
            Assert.True(divergence.LastReport!.Converged, $"{divergence.LastReport}");
            Assert.True(error <= 1e-3, $"ε = {epsilon}, seed {seed}: {error}, {divergence.LastReport}");
        }
    }

    [Fact]
    public void The_report_covers_the_problems_within_the_samples()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(20, 2, 1), Points.Normal(15, 2, 2));
        var divergence = new SinkhornDivergence(new SinkhornOptions { Epsilon = 0.05, Tolerance = 1e-7, MaximumIterations = 10 });
        divergence.Evaluate(x, y);
        var report = divergence.LastReport!;
        foreach (var problem in new[] { report.Across, report.WithinCodes, report.WithinPrior })
        {
            Assert.Equal(10, problem.Iterations);
            Assert.False(problem.Converged);
            Assert.InRange(problem.MarginalError, 1e-7, 1);
        }

        Assert.False(report.Converged);
        Assert.Equal(new[] { report.Across, report.WithinCodes, report.WithinPrior }.Max(problem => problem.MarginalError), report.MarginalError);
    }

    /// <summary>Costs are squared lengths: in another unit of length the default is the same problem.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_default_regularisation_follows_the_scale_of_the_prior(bool withPrior)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(12, 3, 1) + 0.3, Points.Normal(14, 3, 2));
        var divergence = new SinkhornDivergence();
        Assert.Equal(2500 * divergence.Evaluate(x, Of(y, 1)).ToDouble(), divergence.Evaluate(x * 50, Of(y * 50, 50)).ToDouble(), 1e-6 * 2500);
        Assert.Equal(new SinkhornDivergence(new SinkhornOptions { Epsilon = 0.5 }).Evaluate(x, y).ToDouble(), divergence.Evaluate(x, Of(y, 1)).ToDouble(), withPrior ? Tolerances.Float64 : 0.1);

        PriorSamples Of(Tensor samples, double deviation) => new(samples, withPrior ? new GaussianPrior(3, deviation) : null);
    }

    [Fact]
    public void Prior_samples_that_are_learned_have_their_gradient()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(5, 2, 1), Points.Normal(6, 2, 2));
        var divergence = new SinkhornDivergence(new SinkhornOptions { Epsilon = 0.5, Tolerance = 1e-12 });
        FiniteDifferences.Check(samples => divergence.Evaluate(x, samples), y);
        FiniteDifferences.Check(samples => divergence.Evaluate(samples, samples * 0.5), y);
    }

    private static int Iterations(SinkhornOptions options, Tensor x, Tensor y)
    {
        var divergence = new SinkhornDivergence(options);
        divergence.Evaluate(x, y);
        Assert.True(divergence.LastReport!.Converged);
        return divergence.LastReport.Iterations;
    }

    /// <summary>Iterations that Sinkhorn and Knopp's scaling takes until its plan's rows are within the tolerance of uniform.</summary>
    private static int PlainIterations(Tensor x, Tensor y, double epsilon, double tolerance)
    {
        int n = (int)x.shape[0], m = (int)y.shape[0];
        var c = Costs(x, y);
        double[] u = [.. Enumerable.Repeat(1.0, n)], v = [.. Enumerable.Repeat(1.0, m)];
        for (var iteration = 1; ; iteration++)
        {
            double[] before = [.. u];
            for (var i = 0; i < n; i++)
            {
                u[i] = 1 / Enumerable.Range(0, m).Average(j => v[j] * Math.Exp(-c[i * m + j] / epsilon));
            }

            if (u.Zip(before, (now, then) => Math.Abs(then / now - 1)).Average() / 2 <= tolerance)
            {
                return iteration;
            }

            for (var j = 0; j < m; j++)
            {
                v[j] = 1 / Enumerable.Range(0, n).Average(i => u[i] * Math.Exp(-c[i * m + j] / epsilon));
            }
        }
    }

    /// <summary>½‖x_i − y_j‖², row by row.</summary>
    private static double[] Costs(Tensor x, Tensor y) => (x.unsqueeze(1) - y.unsqueeze(0)).square().sum(2).mul(0.5).contiguous().data<double>().ToArray();

    private static double Primal(Tensor x, Tensor y, double epsilon)
    {
        int n = (int)x.shape[0], m = (int)y.shape[0];
        var c = Costs(x, y);
        double[] u = [.. Enumerable.Repeat(1.0, n)], v = [.. Enumerable.Repeat(1.0, m)];
        for (var iteration = 0; iteration < 3000; iteration++)
        {
            for (var i = 0; i < n; i++)
            {
                u[i] = 1 / Enumerable.Range(0, m).Average(j => v[j] * Math.Exp(-c[i * m + j] / epsilon));
            }

            for (var j = 0; j < m; j++)
            {
                v[j] = 1 / Enumerable.Range(0, n).Average(i => u[i] * Math.Exp(-c[i * m + j] / epsilon));
            }
        }

        double value = 0;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < m; j++)
            {
                // The plan relative to a⊗b, and its share of cost and relative entropy.
                var density = u[i] * v[j] * Math.Exp(-c[i * m + j] / epsilon);
                value += density * (c[i * m + j] + epsilon * Math.Log(density)) / (n * m);
            }
        }

        return value;
    }

    private static double Transport(Tensor x, Tensor y, int[] order)
    {
        using var scope = NewDisposeScope();
        return (x - y.index_select(0, tensor(order.Select(i => (long)i).ToArray()))).square().sum(1).mean().ToDouble() / 2;
    }

    private static IEnumerable<int[]> Permutations(int count)
        => count == 0
            ? [[]]
            : Permutations(count - 1).SelectMany(p => Enumerable.Range(0, count).Select(at => (int[])[.. p[..at], count - 1, .. p[at..]]));
}
