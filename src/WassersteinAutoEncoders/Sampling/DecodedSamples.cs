using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Sampling;

/// <summary>Decodes codes in batches: in evaluation mode, without gradient, leaving the decoder in the mode it was found in.</summary>
public static class DecodedSamples
{
    /// <summary>Decodes samples of a distribution on the latent space: the prior, or a mixture fitted to codes (<see cref="GaussianMixtureFit"/>).</summary>
    /// <param name="decoder">The decoder; the user's own, neither moved nor disposed.</param>
    /// <param name="source">Where codes come from.</param>
    /// <param name="count">How many samples, ≥ 1.</param>
    /// <param name="generator">The CPU generator to draw from; the global one when <see langword="null"/>.</param>
    /// <param name="batchSize">Codes decoded at a time, ≥ 1; 256 by default.</param>
    /// <param name="device">The decoder's device; the CPU when <see langword="null"/>.</param>
    /// <param name="dtype">The decoder's element type: float32 (the default) or float64.</param>
    /// <returns><c>[count, …]</c>, whatever the decoder returns for a code.</returns>
    /// <exception cref="ArgumentException">A number is outside its range, or the decoder does not return one row a code.</exception>
    public static Tensor Draw(nn.Module<Tensor, Tensor> decoder, IPrior source, long count, Generator? generator = null, int batchSize = 256, Device? device = null, ScalarType? dtype = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        Guard.CheckAtLeast(count, 1);
        Guard.CheckGenerator(generator, nameof(generator));
        using var scope = NewDisposeScope();
        return Decode(decoder, PriorSamples.Draw(source, count, generator, device, dtype), batchSize).MoveToOuterDisposeScope();
    }

    /// <summary>Decodes given codes: a grid, a path, a traversal.</summary>
    /// <param name="decoder">The decoder; the user's own, neither moved nor disposed.</param>
    /// <param name="codes">Codes, <c>[n, d]</c>, of the decoder's element type and on its device.</param>
    /// <param name="batchSize">Codes decoded at a time, ≥ 1; 256 by default.</param>
    /// <returns><c>[n, …]</c>, whatever the decoder returns for a code.</returns>
    /// <exception cref="ArgumentException">The shape does not fit, or the decoder does not return one row a code.</exception>
    public static Tensor Decode(nn.Module<Tensor, Tensor> decoder, Tensor codes, int batchSize = 256)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        Guard.CheckPoints(codes, nameof(codes));
        Guard.CheckAtLeast(batchSize, 1);
        using var scope = NewDisposeScope();
        var decoded = new List<Tensor>();
        ModuleOutputs.ForEach(decoder, codes.split(batchSize), output => decoded.Add(output.detach().MoveToOuterDisposeScope()));
        return cat(decoded, 0).MoveToOuterDisposeScope();
    }
}

/// <summary>Checks that the tools of this folder share.</summary>
internal static class Codes
{
    /// <summary>A single code <c>[d]</c>, finite.</summary>
    public static void CheckOne(Tensor code, string name)
    {
        Guard.CheckTensor(code, name);
        if (code.dim() != 1 || code.shape[0] < 1)
        {
            throw new ArgumentException($"Expected one code of shape [d], but '{name}' has shape {Guard.Shape(code)}. Pick a row, for instance with codes[0].", name);
        }

        Guard.CheckFiniteValues(code, name);
    }
}
