using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Checkpoints;
using static TorchSharp.torch;

namespace Snippets;

/// <summary>The code of the page on deploying.</summary>
public static class Deploying
{
    /// <summary>Weights out of a run.</summary>
    public static void Save(WaeTrainer trainer)
    {
        #region deploying-save
        trainer.Model.SaveWeights("model.safetensors");
        #endregion
    }

    /// <summary>A model without a trainer.</summary>
    public static void Use(Tensor images)
    {
        #region deploying
        using var encoder = nn.Sequential(nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 8));
        using var decoder = nn.Sequential(nn.Linear(8, 200), nn.ReLU(), nn.Linear(200, 784), nn.Sigmoid());
        var model = new WaeModel(encoder, decoder, new GaussianPrior(8));
        model.LoadWeights("model.safetensors");
        using var codes = model.Encode(images);
        using var samples = model.Sample(16);
        #endregion
    }

    /// <summary>The decoder by itself.</summary>
    public static Tensor DecoderAlone()
    {
        #region deploying-decoder
        using var decoder = nn.Sequential(nn.Linear(8, 200), nn.ReLU(), nn.Linear(200, 784), nn.Sigmoid());
        ModuleWeights.Load(decoder, "model.safetensors", "decoder/");
        decoder.eval();
        using var codes = new GaussianPrior(8).Sample(16);
        using var none = no_grad();
        var pictures = decoder.call(codes);
        #endregion
        return pictures;
    }
}
