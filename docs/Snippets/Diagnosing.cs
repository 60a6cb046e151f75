using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Sampling;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;

namespace Snippets;

/// <summary>The code of the page on the diagnosis.</summary>
public static class Diagnosing
{
    /// <summary>One call on validation codes.</summary>
    public static LatentDiagnosis Diagnose(WaeTrainer trainer, Tensor validation, IPrior prior)
    {
        #region diagnosis
        using var codes = trainer.Model.Encode(validation);
        var diagnosis = LatentDiagnosis.Run(codes, prior);
        Console.WriteLine(diagnosis);
        #endregion
        return diagnosis;
    }

    /// <summary>Decoded samples against real data.</summary>
    public static void Judge(nn.Module<Tensor, Tensor> decoder, nn.Module<Tensor, Tensor> features, IPrior prior, Tensor training, Tensor validation)
    {
        #region judging-samples
        using var samples = DecodedSamples.Draw(decoder, prior, validation.shape[0]);
        using var real = FeatureStatistics.FromModule(features, validation.split(256));
        using var generated = FeatureStatistics.FromModule(features, samples.split(256));
        Console.WriteLine($"Fréchet distance {FrechetDistance.Evaluate(real, generated):F2}");
        using var sampled = samples.reshape(-1, 1, 28, 28);
        using var pictures = validation.reshape(-1, 1, 28, 28);
        Console.WriteLine($"sharpness {Sharpness.Mean(sampled):F4}, of real images {Sharpness.Mean(pictures):F4}");
        Console.WriteLine(Memorization.Evaluate(samples, training, validation));
        #endregion
    }

    /// <summary>Sampling from what the codes really look like.</summary>
    public static Tensor Resample(WaeTrainer trainer, nn.Module<Tensor, Tensor> decoder, Tensor training)
    {
        #region mixture
        using var codes = trainer.Model.Encode(training);
        var (fit, _) = GaussianMixtureFit.SelectByBic(codes, maximumComponents: 20);
        using var generator = new Generator(1);
        var samples = DecodedSamples.Draw(decoder, fit.Prior, 64, generator);
        #endregion
        return samples;
    }
}
