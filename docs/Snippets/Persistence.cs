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
        using var trainer = new WaeTrainer(encoder, decoder, prior, divergence, new WaeTrainerOptions
        {
            Observers = [new CheckpointObserver("run", new CheckpointOptions { EverySteps = 500, Keep = 3 })],
        });
        CheckpointFolder.Resume(trainer, "run");
        trainer.Fit(batches, epochs: 100);
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

    public static WaeTrainerOptions Observers(IPrior prior, torch.Tensor heldOut, ILogger logger)
    {
        #region observers
        using var lines = new JsonLinesObserver("run/log.jsonl");
        using var board = new TensorBoardObserver("run/board", new ReportProbe(prior) { Codes = new CodeProbe(heldOut) }, parameters: true);
        var total = new MonitoredMetric("evaluation/total");
        var options = new WaeTrainerOptions
        {
            HeldOut = [heldOut],
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
