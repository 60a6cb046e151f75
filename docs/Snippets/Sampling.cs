using WassersteinAutoEncoders.Sampling;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;

namespace Snippets;

/// <summary>The code of the page on sampling.</summary>
public static class Sampling
{
    /// <summary>A flow learned on the codes.</summary>
    public static Tensor Flow(WaeTrainer trainer, TorchSharp.torch.nn.Module<Tensor, Tensor> decoder, Tensor training)
    {
        #region flow
        using var codes = trainer.Model.Encode(training);
        using var flow = FlowModel.Fit(codes, trainingSteps: 4000);
        flow.Save("flow.safetensors");
        using var generator = new Generator(1);
        var samples = DecodedSamples.Draw(decoder, flow, 64, generator);
        #endregion
        return samples;
    }

    /// <summary>A path between two examples.</summary>
    public static Tensor Interpolate(WaeTrainer trainer, Tensor first, Tensor second)
    {
        #region interpolation
        using var scope = NewDisposeScope();
        var ends = trainer.Model.Encode(stack([first, second]));
        var path = Interpolation.ForPrior(trainer.Model.Prior, ends[0], ends[1], steps: 10);
        var pictures = trainer.Model.Decode(path).MoveToOuterDisposeScope();
        #endregion
        return pictures;
    }

    /// <summary>The manifold of a two-dimensional latent space.</summary>
    public static Tensor Manifold(WaeTrainer trainer)
    {
        #region manifold
        using var grid = LatentGrid.OfPrior(trainer.Model.Prior, rows: 20, columns: 20);
        var pictures = trainer.Model.Decode(grid);
        #endregion
        return pictures;
    }

    /// <summary>Each dimension in turn.</summary>
    public static Tensor Traverse(WaeTrainer trainer, Tensor code)
    {
        #region traversal
        using var codes = LatentTraversal.AllDimensions(code, [-2, -1, 0, 1, 2]);
        var pictures = trainer.Model.Decode(codes);
        #endregion
        return pictures;
    }

    /// <summary>An attribute added to codes.</summary>
    public static Tensor AddAttribute(WaeTrainer trainer, Tensor training, IReadOnlyList<bool> smiles, Tensor without)
    {
        #region attribute
        using var codes = trainer.Model.Encode(training);
        var smile = AttributeDirection.FromDiscriminant(codes, smiles);
        Console.WriteLine($"told apart: {smile.BalancedAccuracy:P0}");
        using var plain = trainer.Model.Encode(without);
        using var moved = smile.Move(plain, smile.Separation);
        var pictures = trainer.Model.Decode(moved);
        #endregion
        return pictures;
    }
}
