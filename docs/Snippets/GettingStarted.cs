#region usings
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Observers;
using static TorchSharp.torch;
#endregion

namespace Snippets;

/// <summary>The code of the first pages; the tests run it.</summary>
public static class GettingStarted
{
    /// <summary>The README's ten lines, on images <c>[n, 784]</c>.</summary>
    public static double Readme(Tensor images)
    {
        #region readme
        using var encoder = nn.Sequential(nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 8));
        using var decoder = nn.Sequential(nn.Linear(8, 200), nn.ReLU(), nn.Linear(200, 784), nn.Sigmoid());
        var prior = new GaussianPrior(8);
        var divergence = new MmdDivergence();
        using var trainer = new WaeTrainer(encoder, decoder, prior, divergence);
        var batches = new TensorBatcher(images, batchSize: 128, seed: 1);
        trainer.Fit(batches, epochs: 10, new FitOptions { Observers = [new ConsoleObserver()] });
        using var samples = trainer.Model.Sample(16);
        Console.WriteLine($"reconstruction {trainer.Evaluate(batches).Reconstruction:f3}");
        #endregion
        return trainer.Evaluate(batches).Reconstruction;
    }

    /// <summary>Images of eight degrees of freedom.</summary>
    public static double First()
    {
        #region images
        using var images = randn(4096, 8).mm(randn(8, 784)).sigmoid();
        #endregion
        return Readme(images);
    }

    /// <summary>What is looked at before a run of hours.</summary>
    public static void BeforeLongRun(
        nn.Module<Tensor, Tensor> encoder, nn.Module<Tensor, Tensor> decoder, IPrior prior, ILatentDivergence divergence, IEnumerable<Tensor> batches, Tensor validation)
    {
        #region before-a-long-run
        using var trial = new WaeTrainer(encoder, decoder, prior, divergence);
        var curve = trial.TestLearningRates(batches);
        Console.WriteLine($"the loss falls most steeply at a learning rate of {curve.Suggestion:g2}");
        trial.Fit(batches, epochs: 1, new FitOptions { Validation = [validation], BatchLimit = 2 });
        #endregion
    }

    /// <summary>Modules moved before the trainer is made.</summary>
    public static void Devices(nn.Module<Tensor, Tensor> encoder, nn.Module<Tensor, Tensor> decoder, IPrior prior, ILatentDivergence divergence)
    {
        #region devices
        var device = torch.cuda.is_available() ? torch.CUDA : torch.CPU;
        encoder.to(device);
        decoder.to(device);
        using var trainer = new WaeTrainer(encoder, decoder, prior, divergence);
        #endregion
    }

    /// <summary>TF32 on CUDA.</summary>
    public static void Tf32()
    {
        #region tf32
        torch.backends.cuda.matmul.allow_tf32 = true;
        torch.backends.cudnn.allow_tf32 = true;
        #endregion
    }

    /// <summary>Training in bfloat16.</summary>
    public static void BFloat16(nn.Module<Tensor, Tensor> encoder, nn.Module<Tensor, Tensor> decoder, IPrior prior, ILatentDivergence divergence)
    {
        #region bfloat16
        using var trainer = new WaeTrainer(encoder, decoder, prior, divergence, new WaeTrainerOptions { Precision = ComputePrecision.BFloat16 });
        #endregion
    }

    /// <summary>The loop of "coming from".</summary>
    public static void Loop(nn.Module<Tensor, Tensor> encoder, nn.Module<Tensor, Tensor> decoder, IPrior prior, ILatentDivergence divergence, IEnumerable<Tensor> batches)
    {
        #region loop
        using var trainer = new WaeTrainer(encoder, decoder, prior, divergence);
        trainer.Fit(batches, epochs: 10);
        #endregion
    }
}
