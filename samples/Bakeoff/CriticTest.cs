using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Samples.Bakeoff;

/// <summary>
/// The Jensen–Shannon divergence as a fresh critic sees it: trained on one half of codes and prior samples, it is asked on the
/// other half, so that it cannot learn the samples by heart. A lower bound in nats, at most log 2; it may come out a little below 0.
/// </summary>
internal static class CriticTest
{
    private const int Steps = 300;
    private const int BatchSize = 256;

    /// <summary>Trains the critic and evaluates it.</summary>
    public static double JensenShannon(Tensor codes, Tensor prior, long seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        using var critic = Critics.Mlp(codes.shape[1], units: 64, hiddenLayers: 2, generator: generator);
        var divergence = new AdversarialDivergence(critic, new AdversarialOptions { GradientPenalty = 0 });
        using var optimizer = optim.Adam(critic.parameters(), 1e-3);
        var half = Math.Min(codes.shape[0], prior.shape[0]) / 2;
        var size = Math.Min(BatchSize, half);
        for (var step = 0; step < Steps; step++)
        {
            using var inner = NewDisposeScope();
            critic.zero_grad();
            var rows = randperm(half, generator: generator).narrow(0, 0, size);
            divergence.EvaluateCritic(codes.index_select(0, rows), prior.index_select(0, rows)).Loss.backward();
            optimizer.step();
        }

        using var noGrad = no_grad();
        var loss = divergence.EvaluateCritic(codes.narrow(0, half, half), prior.narrow(0, half, half)).Loss;
        return Math.Log(2) - (0.5 * loss.ToDouble());
    }
}
