using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>Calls a critic and makes sure that what comes back is one logit a code.</summary>
internal static class CriticLogits
{
    /// <summary>T(z), <c>[n]</c>, from a critic that gives <c>[n]</c> or <c>[n, 1]</c>.</summary>
    /// <exception cref="ArgumentException">The critic is elsewhere, of another element type, or gives another shape.</exception>
    public static Tensor Of(Module<Tensor, Tensor> critic, Tensor points)
    {
        foreach (var (name, parameter) in critic.named_parameters())
        {
            // One is enough: a module whose parameters disagree among themselves fails on its own.
            Guard.CheckSameKind(points, "codes", parameter, $"critic.{name}");
            break;
        }

        var logits = ModuleCall.Run(critic, points, "critic", "codes");
        var count = points.shape[0];

        // Never squeeze(): a batch of one would lose its only dimension, and [n, 1] − [n] broadcasts to [n, n].
        if (logits.numel() == count && logits.dim() is 1 or 2 && logits.shape[0] == count)
        {
            return logits.reshape(count);
        }

        throw new ArgumentException(
            $"Expected the critic to give one logit a code, [{count}] or [{count}, 1], but for codes of shape {Guard.Shape(points)} it gave {Guard.Shape(logits)}. End it in a linear layer of one unit.", nameof(critic));
    }
}
