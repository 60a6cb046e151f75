using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Reporting;
using WassersteinAutoEncoders.Samples.Data;
using WassersteinAutoEncoders.Tool.Networks;
using WassersteinAutoEncoders.Tool.Running;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tool.Tests.Running;

public class PicturesTests
{
    private const int Pictures = 40;

    [Theory]
    [InlineData(3, 2.5)]
    [InlineData(8, 1.0)]
    public void Between_codes_on_a_sphere_the_pictures_are_of_codes_on_it(int dimension, double radius)
    {
        using var scope = NewDisposeScope();
        var path = Interpolated(new SpherePrior(dimension, radius));
        var norms = path.square().sum(1).sqrt();
        Assert.Equal(radius, norms.min().ToDouble(), 1e-5);
        Assert.Equal(radius, norms.max().ToDouble(), 1e-5);
    }

    [Fact]
    public void Between_codes_for_a_gaussian_the_way_is_straight()
    {
        using var scope = NewDisposeScope();
        var path = Interpolated(new GaussianPrior(4)).reshape(-1, 12, 4);
        var steps = path.narrow(1, 1, 11) - path.narrow(1, 0, 11);
        Assert.True(steps.allclose(steps.narrow(1, 0, 1).expand(steps.shape), 1e-4, 1e-5));
    }

    [Fact]
    public void A_sphere_of_one_dimension_has_pictures_too()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(1, Interpolated(new SpherePrior(1)).shape[1]);
    }

    /// <summary>The codes that were decoded for interpolations.png: six ways of twelve.</summary>
    private static Tensor Interpolated(IPrior prior)
    {
        using var folder = new TemporaryFolder();
        random.manual_seed(2);
        var shape = new NetworkShape(1, 8, 8, prior.Dimension, PixelRange.Unit);
        var decoder = new Listener(new MlpDecoder(shape, 4));
        nn.Module<Tensor, Tensor> encoder = new MlpEncoder(shape, 4);
        encoder = prior is ISupportPrior support ? new ProjectedEncoder(encoder, support) : encoder;
        using var trainer = new WaeTrainer(
            encoder, decoder, prior, new MmdDivergence(new ImqKernel(1)));
        var set = new ImageSet([.. Enumerable.Range(0, Pictures * 64).Select(i => (byte)(i * i))], new byte[Pictures], 1, 8, 8);
        Tool.Running.Pictures.Write(trainer, set, set.ToTensor(), PixelRange.Unit, ["all"], new MetricHistory(), folder.Path);
        return decoder.Heard.Single(codes => codes.shape[0] == 6 * 12);
    }

    /// <summary>Keeps what it is asked to decode.</summary>
    private sealed class Listener : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _decoder;

        public Listener(nn.Module<Tensor, Tensor> decoder)
            : base(nameof(Listener))
        {
            _decoder = decoder;
            RegisterComponents();
        }

        public List<Tensor> Heard { get; } = [];

        public override Tensor forward(Tensor input)
        {
            Heard.Add(input.detach().clone().DetachFromDisposeScope());
            return _decoder.call(input);
        }
    }
}
