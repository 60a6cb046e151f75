using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>What a run ran on, as far as a reader needs it to repeat the run; names of machines and users are left out.</summary>
internal static class RunEnvironment
{
    public static IReadOnlyList<ReportSetting> Describe(DateTimeOffset started) =>
    [
        new("Started", started.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
        new("Operating system", RuntimeInformation.OSDescription),
        new("Processor", $"{RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)} logical cores"),
        new(".NET", RuntimeInformation.FrameworkDescription),
        new("TorchSharp", Version(typeof(torch))),
        new("WassersteinAutoEncoders", Version(typeof(Priors.IPrior))),
    ];

    private static string Version(Type type)
    {
        var assembly = type.Assembly;
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString() ?? "unknown";
        // What follows the plus sign is the hash of a commit.
        var plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? version : version[..Math.Min(version.Length, plus + 9)];
    }
}

/// <summary>What a trainer says of itself.</summary>
internal static class TrainerSettings
{
    /// <summary>The settings as rows; how many examples a batch has is known from the first step on.</summary>
    public static IReadOnlyList<ReportSetting> Describe(WaeTrainer trainer, int epochs, long? batch)
    {
        var (options, model) = (trainer.Options, trainer.Model);
        return
        [
            new("Prior", RunDescription.Of(model.Prior)),
            new("Divergence", RunDescription.Of(trainer.Divergence, model.Prior)),
            new("Reconstruction cost", CostUnits.Of(options.Cost)),
            new("λ at the start", Markup.Number(trainer.Lambda)),
            new("Learning rate at the start", Markup.Number(trainer.LearningRate)),
            new("Optimizer", RunDescription.Of(options.Optimizer)),
            new("Epochs", Text(epochs)),
            new("Batch size", batch is { } size ? Text(size) : "not known before the first step"),
            new("Accumulated batches", Text(options.AccumulationSteps)),
            new("Gradient clipping", options.MaximumGradientNorm is { } norm ? $"norm at most {Markup.Number(norm)}" : "none"),
            new("Computed in", options.Precision == ComputePrecision.BFloat16 ? "bfloat16, weights in float32" : "the weights' own type"),
            new("EMA decay of the weights", options.EmaDecay is { } decay ? Markup.Number(decay, 6) : "none"),
            new("Seed", Text(options.Seed)),
            new("Parameters of the encoder", Count(model.Encoder)),
            new("Parameters of the decoder", Count(model.Decoder)),
        ];
    }

    private static string Count(TorchSharp.torch.nn.Module module)
        => module.parameters().Sum(parameter => parameter.numel()).ToString("#,0", CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
