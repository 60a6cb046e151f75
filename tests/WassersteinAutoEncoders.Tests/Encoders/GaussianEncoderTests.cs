using TorchSharp;
using TorchSharp.Modules;
using WassersteinAutoEncoders.Encoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Encoders;

public class GaussianEncoderTests
{
    [Fact]
    public void In_evaluation_the_code_is_the_mean()
    {
        using var scope = NewDisposeScope();
        using var moments = Linear(3, 4);
        using var encoder = new GaussianEncoder(moments);
        encoder.eval();
        var input = Points.Normal(5, 3, 1, float32);
        Assert.True(encoder.call(input).eq(moments.call(input).slice(1, 0, 2, 1)).all().ToBoolean());
    }

    [Fact]
    public void In_training_codes_have_the_stated_mean_and_variance()
    {
        using var scope = NewDisposeScope();
        const int count = 20_000;
        using var moments = Constant([2, -1, Math.Log(0.25), Math.Log(9)]);
        using var encoder = new GaussianEncoder(moments, seed: 5);
        var codes = encoder.call(zeros([count, 1], dtype: float64)).detach();
        foreach (var (i, (mean, variance)) in new[] { (2.0, 0.25), (-1.0, 9.0) }.Index())
        {
            var column = codes.select(1, i);
            Assert.Equal(mean, column.mean().ToDouble(), Tolerances.FailureSigmas * Math.Sqrt(variance / count));
            Assert.Equal(variance, (column - mean).square().mean().ToDouble(), Tolerances.FailureSigmas * variance * Math.Sqrt(2.0 / count));
        }
    }

    [Fact]
    public void The_report_tells_signal_from_noise_in_each_dimension()
    {
        using var scope = NewDisposeScope();
        using var moments = Linear(1, 4, dtype: float64);
        using (no_grad())
        {
            moments.weight.copy_(tensor(new double[] { 2, 0, 0, 1 }).reshape(4, 1));
            moments.bias!.copy_(tensor(new double[] { 1, 3, 0, 0 }));
        }

        using var encoder = new GaussianEncoder(moments);
        var report = encoder.Report(tensor(new double[] { -1, 1 }, [2, 1]));
        Assert.Equal((1, 4, 1), report[0]);
        Assert.Equal((3.0, 0.0), (report[1].Mean, report[1].VarianceOfMeans));
        Assert.Equal((Math.Exp(1) + Math.Exp(-1)) / 2, report[1].MeanVariance, Tolerances.Float64);
    }

    [Theory]
    [InlineData(1e6)]
    [InlineData(-1e6)]
    public void Log_variances_out_of_bounds_leave_codes_and_gradients_finite(double logVariance)
    {
        using var scope = NewDisposeScope();
        using var moments = Constant([0, logVariance]);
        using var encoder = new GaussianEncoder(moments, seed: 5);
        var codes = encoder.call(zeros([4, 1], dtype: float64));
        codes.sum().backward();
        Assert.True(codes.isfinite().all().ToBoolean());
        Assert.All(moments.parameters(), p => Assert.True(p.grad!.isfinite().all().ToBoolean()));
    }

    [Fact]
    public void Modules_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();
        using var odd = new GaussianEncoder(Linear(3, 5));
        Assert.Contains("[2, 5]", Assert.Throws<ArgumentException>(() => odd.call(zeros([2, 3]))).Message, StringComparison.Ordinal);
        using var unequal = GaussianEncoder.FromTwo(Linear(3, 2), Linear(3, 1));
        Assert.Throws<ArgumentException>(() => unequal.call(zeros([2, 3])));
        Assert.Throws<ArgumentNullException>(() => new GaussianEncoder(null!));
    }

    [Fact]
    public void Disposing_it_disposes_the_module_inside()
    {
        var moments = Linear(3, 4);
        new GaussianEncoder(moments).Dispose();
        Assert.True(moments.weight.IsInvalid);
    }

    private static Linear Constant(double[] outputs)
    {
        var linear = Linear(1, outputs.Length, dtype: float64);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        linear.weight.zero_();
        linear.bias!.copy_(tensor(outputs));
        return linear;
    }
}
