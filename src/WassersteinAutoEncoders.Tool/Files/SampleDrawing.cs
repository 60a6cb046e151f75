using WassersteinAutoEncoders.Reporting;
using WassersteinAutoEncoders.Sampling;
using WassersteinAutoEncoders.Tool.CommandLine;
using WassersteinAutoEncoders.Tool.Composition;
using WassersteinAutoEncoders.Tool.Running;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Checkpoints;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tool.Files;

/// <summary>What <c>wae sample</c> is asked for.</summary>
internal sealed record SampleSettings(string Checkpoint, int Count, int? Grid, int Columns, int Scale, long Seed, string Output);

/// <summary>Builds the networks of a checkpoint again and draws from them.</summary>
internal static class SampleDrawing
{
    private const long AtOnce = 500;

    /// <summary>Draws into a file.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="InvalidDataException">The file is no checkpoint of <c>wae train</c>, or damaged.</exception>
    public static int Run(SampleSettings asked, ToolConsole console)
    {
        using var scope = NewDisposeScope();
        var model = Load(asked.Checkpoint);
        if (asked.Grid is not null && model.Settings.LatentDimension != 2)
        {
            throw new ArgumentException($"--grid needs two latent dimensions, but the model of {asked.Checkpoint} has {model.Settings.LatentDimension}. Leave it out for samples of the prior.");
        }

        var (encoder, decoder) = Composer.Networks(model.Settings, model.Shape);
        var trained = new WaeModel(encoder, decoder, Composer.Prior(model.Settings));
        trained.LoadWeights(asked.Checkpoint);
        using var generator = new Generator((ulong)asked.Seed, CPU);
        var (what, codes) = asked.Grid is { } side
            ? ($"a grid of {side}×{side} quantiles of the prior", LatentGrid.OfPrior(trained.Prior, side, side))
            : ($"{asked.Count:N0} samples of the prior", trained.Prior.Sample(asked.Count, generator));
        var pictures = cat([.. codes.split(AtOnce).Select(some => trained.Decode(some))]);
        var output = Path.GetFullPath(asked.Output);
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        ImageGrid.Save(output, pictures.reshape(-1, model.Channels, model.Height, model.Width), model.Settings.Range, asked.Grid ?? asked.Columns, scale: asked.Scale);
        console.Say($"{output}: {what}, decoded by the model of {ToolConsole.Printable(model.Data)}");
        return ExitCode.Success;
    }

    /// <summary>The description, once it is known that networks of such sizes stand in the file: memory is not taken on the word of a file.</summary>
    private static ModelDescription Load(string path)
    {
        using var content = SafetensorsFile.Read(path);
        try
        {
            var model = ModelDescription.Find(content)
                ?? throw new InvalidDataException("It does not say what networks it was made with: it is no checkpoint of wae train. Load its weights in a program of your own, with WaeModel.LoadWeights.");
            var (encoder, decoder) = Largest(model);
            foreach (var (prefix, expected) in new[] { ("encoder/", encoder), ("decoder/", decoder) })
            {
                if (!content.Tensors.Any(tensor => tensor.Key.StartsWith(prefix, StringComparison.Ordinal) && tensor.Value.numel() == expected))
                {
                    throw new InvalidDataException($"The networks that it describes are not those whose weights it holds: no tensor {prefix}… has {expected:N0} numbers.");
                }
            }

            return model;
        }
        catch (InvalidDataException e) when (!e.Message.Contains(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"'{path}' cannot be drawn from: {e.Message}", e);
        }
    }

    /// <summary>The numbers of the largest weight of each network that does not depend on the latent dimension alone.</summary>
    private static (long Encoder, long Decoder) Largest(ModelDescription model)
    {
        var (width, pixels) = ((long)model.Settings.Width, (long)model.Channels * model.Height * model.Width);
        return model.Settings.Network switch
        {
            NetworkKind.Mlp => (Math.Max(width * width, width * pixels), Math.Max(width * width, width * pixels)),
            _ => (8 * width * 4 * width * 16, 8 * width * 4 * width * 16),
        };
    }
}
