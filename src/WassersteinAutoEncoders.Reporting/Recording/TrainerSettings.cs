using System.Globalization;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Reporting.Model;
using WassersteinAutoEncoders.Reporting.Plots;
using WassersteinAutoEncoders.Training;

namespace WassersteinAutoEncoders.Reporting.Recording;

/// <summary>What a trainer says of itself.</summary>
internal static class TrainerSettings
{
    public static IReadOnlyList<ReportSetting> Describe(WaeTrainer trainer)
    {
        var options = trainer.Options;
        return
        [
            new("Prior", $"{Name(trainer.Prior)}, {Text(trainer.Prior.Dimension)} dimensions"),
            new("Divergence", trainer.Divergence is MmdDivergence mmd ? $"{Name(mmd)}, {Name(mmd.KernelFor(trainer.Prior))}, {mmd.Estimator} estimator" : Name(trainer.Divergence)),
            new("Reconstruction cost", Name(options.Cost)),
            new("λ at the start", Markup.Number(trainer.Lambda)),
            new("Learning rate at the start", Markup.Number(trainer.LearningRate)),
            new("Optimizer", Name(options.Optimizer)),
            new("Gradient norm limit", options.MaximumGradientNorm is { } norm ? Markup.Number(norm) : "none"),
            new("Batches a step", Text(options.AccumulationSteps)),
            new("Weight average", options.WeightAverageDecay is { } decay ? Markup.Number(decay, 6) : "none"),
            new("Seed", Text(options.Seed)),
            new("Parameters of the encoder", Count(trainer.Encoder)),
            new("Parameters of the decoder", Count(trainer.Decoder)),
        ];
    }

    private static string Count(TorchSharp.torch.nn.Module module)
        => module.parameters().Sum(parameter => parameter.numel()).ToString("#,0", CultureInfo.InvariantCulture);

    private static string Name(object thing) => thing.GetType().Name;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
