using TorchSharp;
using WassersteinAutoEncoders.Distributed;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Observers;
using static TorchSharp.torch.nn;

namespace Snippets;

internal static class SeveralProcesses
{
    public static int Train(Module<torch.Tensor, torch.Tensor> encoder, Module<torch.Tensor, torch.Tensor> decoder, torch.Tensor pictures)
    {
        #region several-processes
        return MpiProcesses.Run(processes =>
        {
            var batches = new TensorBatcher(pictures, batchSize: 512, seed: 1, processes: processes);
            using var trainer = new WaeTrainer(encoder, decoder, new GaussianPrior(8), new MmdDivergence(), new WaeTrainerOptions { Processes = processes });
            CheckpointFolder.Resume(trainer, "checkpoints");
            trainer.Fit(batches, epochs: 20, new FitOptions { Observers = [new CheckpointObserver("checkpoints")] });
        });
        #endregion
    }
}
