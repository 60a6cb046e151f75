using TorchSharp;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Reporting.Tests.Recording;

/// <summary>The codes that a report has decoded on the way from one input to another.</summary>
public class InterpolationTests
{
    private const int Steps = 10;
    private const int Ways = 4;

    [Theory]
    [InlineData(2, 1.0)]
    [InlineData(3, 2.5)]
    [InlineData(16, 4.0)]
    public void On_a_sphere_every_code_has_the_spheres_norm(int dimension, double radius)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)dimension, CPU);
        var prior = new SpherePrior(dimension, radius);
        var path = PathBetween(prior, prior.Sample(2 * Ways, generator));
        Assert.All(LatentCodes.ToFloats(path.square().sum(1).sqrt()), norm => Assert.Equal(radius, norm, 1e-5));
    }

    [Theory]
    [MemberData(nameof(FlatPriors))]
    public void Elsewhere_the_codes_are_evenly_spaced_on_a_straight_line(IPrior prior)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3, CPU);
        var ends = prior.Sample(2 * Ways, generator);
        var path = PathBetween(prior, ends).reshape(Ways, Steps, prior.Dimension);
        var (from, to) = (ends.reshape(Ways, 2, prior.Dimension).select(1, 0), ends.reshape(Ways, 2, prior.Dimension).select(1, 1));
        for (var step = 0; step < Steps; step++)
        {
            var expected = from + (to - from) * ((double)step / (Steps - 1));
            Assert.True(path.select(1, step).allclose(expected, 1e-5, 1e-5));
        }
    }

    public static TheoryData<IPrior> FlatPriors => [new GaussianPrior(5), new UniformPrior(2), new SpherePrior(1), new Ring()];

    [Fact]
    public void The_element_type_of_the_models_codes_is_kept()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(ScalarType.Float64, PathBetween(new SpherePrior(3), eye(8, 3, dtype: ScalarType.Float64) + 0.1).dtype);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Codes_that_no_way_on_the_sphere_joins_do_not_end_the_run(float value)
    {
        using var scope = NewDisposeScope();
        var path = PathBetween(new SpherePrior(3), full(2 * Ways, 3, value));
        Assert.Equal([Ways * Steps, 3], path.shape);
        Assert.Equal(value == 0, path.isfinite().all().ToBoolean());
    }

    private static Tensor PathBetween(IPrior prior, Tensor ends)
    {
        using var folder = new TemporaryFolder();
        var images = zeros(ends.shape[0], 1, 4, 4);
        var model = new GivenCodes(ends);
        var recorder = new ReportRecorder(folder.File("r.html"), new ReportProbe(prior) { Images = new ImageProbe(images, new ImageShape(1, 4, 4), PixelRange.Unit) }, new ReportOptions { Samples = 3 });
        recorder.Start(1, model);
        recorder.End(RunState.Completed);
        return model.Decoded.Single(codes => codes.shape[0] == Ways * Steps);
    }

    /// <summary>A model whose codes are given, and which keeps what it is asked to decode.</summary>
    private sealed class GivenCodes(Tensor codes) : ILatentModel
    {
        public List<Tensor> Decoded { get; } = [];

        public Tensor Encode(Tensor x) => codes.alias();

        public Tensor Decode(Tensor z)
        {
            Decoded.Add(z.clone().DetachFromDisposeScope());
            return zeros(z.shape[0], 1, 4, 4);
        }
    }

    /// <summary>A prior of the user's own that only happens to be a circle.</summary>
    private sealed class Ring : IPrior
    {
        private readonly SpherePrior _circle = new(2);

        public long Dimension => 2;

        public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
            => _circle.Sample(count, generator, device, dtype);
    }
}
