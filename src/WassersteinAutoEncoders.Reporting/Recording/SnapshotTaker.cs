using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Sampling;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>Asks a model what the probe wants to know: the same images, samples and paths after every epoch, so that epochs can be compared.</summary>
internal sealed class SnapshotTaker
{
    private const int Columns = 8;
    private const int InterpolationSteps = 10;
    private const int MaxInterpolations = 8;
    private const long BatchSize = 250;

    private readonly ReportProbe _probe;
    private readonly ReportOptions _options;
    private readonly float[] _sampleCodes;
    private readonly float[]? _manifoldCodes;
    private readonly int _dimension;

    public SnapshotTaker(ReportProbe probe, ReportOptions options, LatentCodes prior)
    {
        (_probe, _options) = (probe, options);
        _dimension = prior.Dimension;
        _sampleCodes = prior.Values[..(Math.Min(options.Samples, prior.Count) * _dimension)];
        if (_dimension != 2)
        {
            return;
        }

        using var grid = LatentGrid.OfPrior(probe.Prior, options.ManifoldSize, options.ManifoldSize);
        _manifoldCodes = LatentCodes.ToFloats(grid);
    }

    /// <summary>The probe's images as they are.</summary>
    public TilePicture? Inputs()
    {
        if (_probe.Images is null)
        {
            return null;
        }

        using var scope = torch.NewDisposeScope();
        return Picture(FirstImages(_probe.Images), Columns, isOutput: false);
    }

    public EpochSnapshot Take(ILatentModel model, int epoch, long step)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var snapshot = new EpochSnapshot(epoch, step) { Codes = Codes(model) };
        if (_probe.Images is not { } images)
        {
            return snapshot;
        }

        var inputs = FirstImages(images);
        var codes = Encode(model, inputs);
        return snapshot with
        {
            Reconstructions = Picture(model.Decode(codes), Columns, isOutput: true),
            Samples = Picture(model.Decode(Like(codes, _sampleCodes)), Columns, isOutput: true),
            Interpolations = inputs.shape[0] < 2 ? null
                : Picture(model.Decode(Paths(codes)), InterpolationSteps, isOutput: true),
            Manifold = _manifoldCodes is null ? null
                : Picture(model.Decode(Like(codes, _manifoldCodes)), _options.ManifoldSize, isOutput: true),
        };
    }

    private LatentCodes? Codes(ILatentModel model)
    {
        if (_probe.Codes is not { } codes)
        {
            return null;
        }

        var count = Math.Min(_options.MaxCodes, codes.Inputs.shape[0]);
        var values = new List<float>((int)count * _dimension);
        for (long start = 0; start < count; start += BatchSize)
        {
            using var batchScope = torch.NewDisposeScope();
            values.AddRange(LatentCodes.ToFloats(Encode(model, codes.Inputs.narrow(0, start, Math.Min(BatchSize, count - start)))));
        }
        return new LatentCodes([.. values], _dimension);
    }

    private torch.Tensor Encode(ILatentModel model, torch.Tensor inputs)
    {
        var codes = ModuleCall.Present(model.Encode(inputs), "the model's encoder");
        if (codes.shape.Length != 2 || codes.shape[0] != inputs.shape[0] || codes.shape[1] != _dimension)
        {
            throw new ArgumentException($"Expected codes of shape [{inputs.shape[0]}, {_dimension}], as the prior has {_dimension} dimensions; the model's encoder gave [{string.Join(", ", codes.shape)}]. Give the probe the prior that the model is trained for.");
        }

        return codes;
    }

    private torch.Tensor FirstImages(ImageProbe images) => images.Images.narrow(0, 0, Math.Min(_options.MaxImages, images.Images.shape[0]));

    private torch.Tensor Like(torch.Tensor prototype, float[] codes)
        => torch.tensor(codes).reshape(codes.Length / _dimension, _dimension).to(prototype.dtype).to(prototype.device);

    private TilePicture Picture(torch.Tensor batch, int columns, bool isOutput)
    {
        var images = _probe.Images!;
        ModuleCall.Present(batch, "the model's decoder");
        var pixels = isOutput && images.Output is { } output ? ModuleCall.Present(output(batch), "the probe's output function") : batch;
        var shape = images.Shape;
        if (pixels.numel() != batch.shape[0] * shape.Channels * shape.Height * shape.Width)
        {
            throw new ArgumentException($"Expected images of {shape.Channels}×{shape.Height}×{shape.Width} values (channels, height, width); got a batch of shape [{string.Join(", ", pixels.shape)}]. Give the probe the shape of one image.");
        }

        var count = (int)batch.shape[0];
        columns = Math.Min(columns, count);
        var grid = ImageGrid.ToPng(pixels.reshape(count, shape.Channels, shape.Height, shape.Width), images.Range, columns, padding: 0);
        return new TilePicture(grid, count, columns, (int)shape.Width, (int)shape.Height);
    }

    /// <summary>Paths that suit the prior between the codes of the first and second image, the third and fourth, and so on.</summary>
    private torch.Tensor Paths(torch.Tensor codes)
    {
        // Paths are computed on the CPU, in an element type that every model's codes can be brought to.
        var plain = codes.cpu().to(torch.ScalarType.Float32);
        var paths = new List<torch.Tensor>();
        for (var row = 0; row < Math.Min(MaxInterpolations, plain.shape[0] / 2); row++)
        {
            var (from, to) = (plain[2 * row], plain[2 * row + 1]);
            // A model whose codes are no longer finite has no paths, but still a report that shows it.
            paths.Add(LatentCodes.ToFloats(from.Plus(to)).All(float.IsFinite)
                ? Interpolation.ForPrior(_probe.Prior, from, to, InterpolationSteps)
                : torch.zeros(InterpolationSteps, _dimension).Filled(double.NaN));
        }
        return torch.cat(paths, 0).to(codes.dtype).to(codes.device);
    }
}
