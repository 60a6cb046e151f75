using Microsoft.Extensions.Logging;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Reporting;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Observers;
using static TorchSharp.torch.nn;

namespace Snippets;

internal static class Persistence
{
    public static void Checkpoints(
        Module<torch.Tensor, torch.Tensor> encoder, Module<torch.Tensor, torch.Tensor> decoder, IPrior prior, ILatentDivergence divergence, IEnumerable<torch.Tensor> batches)
    {
        #region checkpoints
        var fit = new FitOptions
        {
            Observers = [new CheckpointObserver("run", new CheckpointOptions { EverySteps = 500, Keep = 3 })],
        };
        using var trainer = new WaeTrainer(encoder, decoder, prior, divergence);
        CheckpointFolder.Resume(trainer, "run");
        trainer.Fit(batches, epochs: 100, fit);
        #endregion
    }

    public static void Weights(Module<torch.Tensor, torch.Tensor> encoder, Module<torch.Tensor, torch.Tensor> decoder)
    {
        #region module-weights
        ModuleWeights.Save(encoder, "encoder.safetensors");
        ModuleWeights.Load(encoder, "encoder.safetensors");
        ModuleWeights.Load(decoder, "run/best.safetensors", prefix: "decoder/");
        #endregion
    }

    public static FitOptions Observers(IPrior prior, torch.Tensor validation, ILogger logger)
    {
        #region observers
        using var lines = new JsonLinesObserver("run/log.jsonl");
        using var board = new TensorBoardObserver("run/board", new ReportProbe(prior) { Codes = new CodeProbe(validation) }, parameters: true);
        var total = new MonitoredMetric("validation/total");
        var options = new FitOptions
        {
            Validation = [validation],
            Observers =
            [
                new LoggingObserver(logger),
                lines,
                board,
                new EarlyStoppingObserver(total, patience: 5),
                new CheckpointObserver("run", new CheckpointOptions { Best = total }),
            ],
        };
        #endregion
        return options;
    }
}
