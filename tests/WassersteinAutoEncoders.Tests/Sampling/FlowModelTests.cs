using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Sampling;
using WassersteinAutoEncoders.Tests.Conformance;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Sampling;

public class FlowModelConformance : PriorConformance<FlowModel>
{
    protected override FlowModel Create(long dimension)
        => FlowModel.Fit(Points.Normal(200, dimension, 1) * 0.5 + 1, 20, new FlowOptions { Units = 8, Layers = 1, BatchSize = 32, Steps = 20 });
}

public class FlowModelTests
{
    private static readonly FlowOptions Small = new() { Units = 64, Layers = 2, BatchSize = 256, LearningRate = 5e-3, Steps = 10 };

    /// <summary>The network starts at 0: what is left carries N(0, I) to N(0, I), and the whitening gives it the codes' moments.</summary>
    [Fact]
    public void Hardly_trained_it_is_the_gaussian_of_the_codes_moments()
    {
        using var scope = NewDisposeScope();
        var codes = Points.Normal(500, 3, 1).mm(Points.Normal(3, 3, 2)) + 2;
        using var model = FlowModel.Fit(codes, 1, Small with { LearningRate = 1e-12, Steps = 50 });
        using var generator = new Generator(3);
        const int count = 20_000;
        var samples = model.Sample(count, generator, dtype: float64);
        var scale = codes.std([0L]);
        var z = ((samples.mean([0L]) - codes.mean([0L])) / scale * Math.Sqrt(count)).abs().max().ToDouble();
        Assert.InRange(z, 0, Tolerances.FailureSigmas);

        // A sample covariance of entries of correlation ρ scatters by √((1 + ρ²)/n) at most √(2/n); Heun's steps leave less than a hundredth.
        var normalised = (Covariance(samples) - Covariance(codes)) / scale.unsqueeze(1) / scale.unsqueeze(0);
        Assert.InRange(normalised.abs().max().ToDouble(), 0, Tolerances.FailureSigmas * Math.Sqrt(2.0 / count) + 0.01);

        static Tensor Covariance(Tensor x)
        {
            var centred = x - x.mean([0L]);
            return centred.t().mm(centred) / (x.shape[0] - 1);
        }
    }

    /// <summary>Two clusters: the Gaussian of their moments puts most samples between them, the flow few, and its MMD from the codes is a fraction.</summary>
    [Fact]
    public void It_learns_a_shape_that_moments_do_not_tell()
    {
        using var scope = NewDisposeScope();
        var codes = Clusters(1);
        using var flow = FlowModel.Fit(codes, 1000, Small);
        using var generator = new Generator(5);
        var samples = flow.Sample(1000, generator, dtype: float64);
        var normal = codes.mean([0L]) + Points.Normal(1000, 2, 6) * codes.std([0L]);
        var divergence = new MmdDivergence(new RbfKernel(1));
        var (ofFlow, ofNormal) = (divergence.Evaluate(samples, Clusters(2)).ToDouble(), divergence.Evaluate(normal, Clusters(2)).ToDouble());
        Assert.True(ofFlow < 0.25 * ofNormal, $"{ofFlow} against {ofNormal}");
        Assert.True(samples.select(1, 0).abs().lt(1).to(float64).mean().ToDouble() < 0.2);
        Assert.InRange(flow.FinalLoss, 0, 2);

        static Tensor Clusters(ulong seed)
        {
            var x = Points.Normal(1000, 2, seed) * 0.4;
            x.select(1, 0).add_(cat([full([500], 2.0, float64), full([500], -2.0, float64)], 0));
            return x;
        }
    }

    [Fact]
    public void The_seed_decides_and_the_global_generator_is_left_alone()
    {
        using var scope = NewDisposeScope();
        var codes = Points.Normal(50, 2, 1);
        var before = random.get_rng_state();
        using var first = FlowModel.Fit(codes, 5, Small);
        using var second = FlowModel.Fit(codes, 5, Small);
        using var other = FlowModel.Fit(codes, 5, Small with { Seed = 1 });
        Assert.True(before.eq(random.get_rng_state()).all().ToBoolean());
        Assert.True(Draw(first).eq(Draw(second)).all().ToBoolean());
        Assert.False(Draw(first).eq(Draw(other)).all().ToBoolean());
    }

    [Fact]
    public void Saved_and_loaded_it_gives_the_same_samples()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "flow.safetensors");
        using var model = FlowModel.Fit(Points.Normal(50, 3, 1) * 2 - 1, 5, Small);
        model.Save(path);
        using var loaded = FlowModel.Load(path);
        Assert.Equal((model.Dimension, model.Steps), (loaded.Dimension, loaded.Steps));
        Assert.True(Draw(model).eq(Draw(loaded)).all().ToBoolean());
        WassersteinAutoEncoders.Training.Checkpoints.ModuleWeights.Save(nn.Linear(2, 2), path);
        Assert.Throws<InvalidDataException>(() => FlowModel.Load(path));
    }

    /// <summary>Codes without any variance in a direction are of full rank to the flow, which leaves that direction as narrow as it found it.</summary>
    [Fact]
    public void A_collapsed_direction_stays_narrow()
    {
        using var scope = NewDisposeScope();
        var codes = cat([Points.Normal(300, 1, 1), zeros([300, 1], float64)], 1);
        using var model = FlowModel.Fit(codes, 20, Small);
        Assert.InRange(Draw(model).select(1, 1).abs().max().ToDouble(), 0, 0.05);
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>("codes", () => FlowModel.Fit(zeros(1, 2), 5));
        Assert.Throws<ArgumentException>("codes", () => FlowModel.Fit(zeros(5, 2), 5));
        Assert.Throws<ArgumentException>("codes", () => FlowModel.Fit(full([5, 2], float.NaN), 5));
        Assert.Throws<ArgumentOutOfRangeException>("Units", () => FlowModel.Fit(randn(5, 2), 5, new FlowOptions { Units = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("Layers", () => FlowModel.Fit(randn(5, 2), 5, new FlowOptions { Layers = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("trainingSteps", () => FlowModel.Fit(randn(5, 2), 0));
        Assert.Throws<ArgumentOutOfRangeException>("BatchSize", () => FlowModel.Fit(randn(5, 2), 5, new FlowOptions { BatchSize = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("LearningRate", () => FlowModel.Fit(randn(5, 2), 5, new FlowOptions { LearningRate = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("Steps", () => FlowModel.Fit(randn(5, 2), 5, new FlowOptions { Steps = 0 }));
        Assert.Throws<ArgumentException>("options", () => FlowModel.Fit(randn(5, 2), 1, new FlowOptions { LearningRate = 1e30 }));
        Assert.Throws<ArgumentException>("options", () => FlowModel.Fit(randn(5, 2), 5, new FlowOptions { LearningRate = 1e30 }));
        Assert.Throws<OperationCanceledException>(() => FlowModel.Fit(randn(5, 2), 5, cancellationToken: new CancellationToken(true)));
    }

    private static Tensor Draw(FlowModel model)
    {
        using var generator = new Generator(9);
        return model.Sample(100, generator);
    }
}

[Collection(LiveTensors.Name)]
public class FlowModelLifetimeTests
{
    [Fact]
    public void A_longer_training_leaves_no_more_alive()
    {
        using var codes = Points.Normal(50, 2, 1);
        var (first, second) = (Left(codes, 2), Left(codes, 20));
        Assert.Equal(first, second);

        static long Left(Tensor codes, int steps)
        {
            var before = LiveTensors.Count();
            using (var model = FlowModel.Fit(codes, steps, new FlowOptions { Units = 8 }))
            {
                model.Sample(steps).Dispose();
            }

            return LiveTensors.Count() - before;
        }
    }
}
