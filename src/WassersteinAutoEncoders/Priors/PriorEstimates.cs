using System.Runtime.CompilerServices;
using TorchSharp;

namespace WassersteinAutoEncoders.Priors;

/// <summary>Estimates of what a prior does not state in closed form, made once for each prior.</summary>
internal static class PriorEstimates
{
    private const long Pairs = 16_384;
    private static readonly ConditionalWeakTable<IPrior, object> Distances = [];

    public static double ExpectedSquaredDistance(IPrior prior)
        => (double)Distances.GetValue(prior, static p => Estimate(p));

    private static object Estimate(IPrior prior)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var generator = new torch.Generator(0x5EED, torch.CPU);
        var difference = Draw() - Draw();
        return (difference * difference).sum(1).mean().ToDouble();

        torch.Tensor Draw() => PriorSamples.Draw(prior, Pairs, generator, torch.CPU, torch.ScalarType.Float64);
    }
}
