using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Samples.CustomPrior;

/// <summary>
/// A divergence of one's own: the Chamfer distance, how far each code is from the nearest prior sample (codes must not leave the
/// prior's support) and each prior sample from the nearest code (nor leave a part of it empty), squared distances, mean.
/// </summary>
internal sealed class ChamferDivergence : ILatentDivergence
{
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        using var scope = NewDisposeScope();
        var squared = (encoded.unsqueeze(1) - prior.Tensor.unsqueeze(0)).square().sum(2);
        var fromCodes = squared.amin([1]).mean();
        var fromPrior = squared.amin([0]).mean();
        return (fromCodes + fromPrior).MoveToOuterDisposeScope();
    }
}
