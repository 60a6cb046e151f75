using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Benchmarks;

/// <summary>The MMD and the training step as one writes them over TorchSharp without this library, composed of tensor operations: in this process, on the same libtorch.</summary>
internal static class TorchSharpPeer
{
    private static readonly double[] Scales = [0.1, 0.2, 0.5, 1, 2, 5, 10];

    /// <summary>Algorithm 2 of the WAE paper with the IMQ mixture: the mean over pairs i ≠ j within each sample, less twice the mean over all pairs across.</summary>
    public static Tensor Mmd(Tensor q, Tensor p, double baseScale)
    {
        var n = q.shape[0];
        var others = ones(n, n, dtype: q.dtype, device: q.device) - eye(n, dtype: q.dtype, device: q.device);
        var within = (Imq(SquaredDistances(q, q), baseScale) + Imq(SquaredDistances(p, p), baseScale)) * others;
        return within.sum() / (n * (n - 1)) - Imq(SquaredDistances(q, p), baseScale).mean() * 2;
    }

    /// <summary>Value and gradient in <paramref name="q"/>.</summary>
    public static void MmdValueAndGradient(Tensor q, Tensor p, double baseScale)
    {
        using var scope = NewDisposeScope();
        q.grad = null;
        Mmd(q, p, baseScale).backward();
    }

    /// <summary>The training step: 0.05·Σ(x − x̂)² + 10·MMD, one Adam over both networks; the loss is read, as a loop does that logs it.</summary>
    public static Action Step(Tensor batch, long z)
    {
        var (encoder, decoder) = Benchmarks.Networks.Mlp(z);
        var optimizer = optim.Adam(encoder.parameters().Concat(decoder.parameters()), lr: 1e-3);
        return () =>
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var codes = encoder.call(batch);
            var loss = (batch - decoder.call(codes)).square().sum() * (0.05 / batch.shape[0]) + Mmd(codes, randn_like(codes), 2.0 * z) * 10;
            loss.backward();
            optimizer.step();
            loss.ToSingle();
        };
    }

    /// <summary>The floor: both networks forward, the squared error, and back; then an optimizer's step where one is given.</summary>
    public static Action Networks(Tensor batch, Func<IReadOnlyList<Parameter>, Action>? optimizer = null)
    {
        var (encoder, decoder) = Benchmarks.Networks.Mlp(8);
        var update = optimizer?.Invoke([.. encoder.parameters(), .. decoder.parameters()]);
        return () =>
        {
            using var scope = NewDisposeScope();
            encoder.zero_grad();
            decoder.zero_grad();
            nn.functional.mse_loss(decoder.call(encoder.call(batch)), batch, nn.Reduction.Sum).backward();
            update?.Invoke();
        };
    }

    private static Tensor SquaredDistances(Tensor x, Tensor y)
        => ((x * x).sum(1, keepdim: true) + (y * y).sum(1) - x.matmul(y.t()) * 2).clamp_min(0);

    private static Tensor Imq(Tensor distances, double baseScale)
    {
        var total = zeros_like(distances);
        foreach (var scale in Scales)
        {
            total += scale * baseScale / (distances + scale * baseScale);
        }

        return total;
    }
}
