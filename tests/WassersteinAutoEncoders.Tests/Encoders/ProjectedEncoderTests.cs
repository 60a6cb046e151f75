using TorchSharp;
using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Encoders;

public class ProjectedEncoderTests
{
    [Fact]
    public void Codes_lie_on_the_sphere()
    {
        using var scope = NewDisposeScope();
        using var encoder = new ProjectedEncoder(Linear(4, 3), new SpherePrior(3, 2));
        var codes = encoder.call(Points.Normal(9, 4, 1, float32));
        Assert.Equal(0, (codes.square().sum(1).sqrt() - 2).abs().max().ToDouble(), Tolerances.Float32);
        Assert.Equal(["encoder.weight", "encoder.bias"], encoder.named_parameters().Select(p => p.name));
    }

    [Fact]
    public void Codes_lie_in_the_cube_and_hardly_move_around_the_origin()
    {
        using var scope = NewDisposeScope();
        var prior = new UniformPrior(3, 2);
        Assert.True(prior.Project(Points.Normal(9, 3, 1) * 3).abs().max().ToDouble() < 2);
        var small = Points.Normal(9, 3, 1) * 1e-4;
        Assert.Equal(0, (prior.Project(small) - small).abs().max().ToDouble(), Tolerances.Float64);
    }

    [Fact]
    public void Gradients_are_those_of_differences_and_finite_at_the_origin()
    {
        using var scope = NewDisposeScope();
        ISupportPrior[] priors = [new SpherePrior(3, 1.5), new UniformPrior(3, 0.7)];
        foreach (var prior in priors)
        {
            FiniteDifferences.Check(z => (prior.Project(z) * Points.Normal(5, 3, 2)).sum(), Points.Normal(5, 3, 1));
            var zero = zeros([2, 3]).requires_grad_(true);
            prior.Project(zero).sum().backward();
            Assert.True(zero.grad!.isfinite().all().ToBoolean());
            Assert.ThrowsAny<ArgumentException>(() => prior.Project(zeros([2, 4])));
        }
    }

    [Fact]
    public void Nothing_but_the_codes_stays_alive()
    {
        using var encoder = new ProjectedEncoder(Linear(4, 3), new SpherePrior(3));
        var input = Points.Normal(9, 4, 1, float32);
        using var scope = NewDisposeScope();
        encoder.call(input);
        Assert.Equal(1, scope.DisposablesCount);
    }
}
