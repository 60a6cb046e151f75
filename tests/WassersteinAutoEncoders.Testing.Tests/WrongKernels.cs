using WassersteinAutoEncoders.Kernels;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Testing.Tests;

/// <summary>A kernel as a formula of two sets of points.</summary>
internal class FormulaKernel(Func<Tensor, Tensor, Tensor> gram) : IKernel
{
    public Tensor Gram(Tensor x, Tensor y) => gram(x, y);

    public static Tensor Squares(Tensor x, Tensor y) => (x.unsqueeze(1) - y.unsqueeze(0)).square().sum(2);
}

internal sealed class RightKernel() : FormulaKernel((x, y) => (Squares(x, y) * -0.5).exp());

internal sealed class Asymmetric() : FormulaKernel((x, y) => (Squares(x, y) * -0.5).exp() * (1 + 0.1 * x.select(1, 0).tanh().unsqueeze(1)));

internal sealed class NotPositiveDefinite() : FormulaKernel((x, y) => 1 - (Squares(x, y) * -0.5).exp());

internal sealed class WrongGradient() : FormulaKernel((x, y) => (Squares(x.detach() + 0.5 * (x - x.detach()), y) * -0.5).exp());

internal sealed class InfiniteGradientAtZero() : FormulaKernel((x, y) => (Squares(x, y).sqrt() * -1).exp());

internal sealed class NotFiniteFarAway() : FormulaKernel((x, y) => 1 / (Squares(x, y) * 0.5).exp() * (Squares(x, y) * 0.5).exp() * (Squares(x, y) * -0.5).exp());

internal sealed class DependsOnTheBatch() : FormulaKernel((x, y) => (Squares(x, y) / Squares(x, y).mean() * -1).exp());

internal sealed class WrongKernelType() : FormulaKernel((x, y) => (Squares(x, y) * -0.5).exp().to(float32));

/// <summary>A radial kernel whose derivative has lost its factor.</summary>
internal sealed class WrongProfile : IRadialKernel
{
    public Tensor Gram(Tensor x, Tensor y) => (FormulaKernel.Squares(x, y) * -0.5).exp();

    public void Profile(ReadOnlySpan<double> squaredDistances, Span<double> values, Span<double> derivatives)
    {
        for (var i = 0; i < squaredDistances.Length; i++)
        {
            values[i] = Math.Exp(-0.5 * squaredDistances[i]);
            if (!derivatives.IsEmpty)
            {
                derivatives[i] = -values[i];
            }
        }
    }

    public void Profile(ReadOnlySpan<float> squaredDistances, Span<float> values, Span<float> derivatives)
    {
        for (var i = 0; i < squaredDistances.Length; i++)
        {
            values[i] = MathF.Exp(-0.5f * squaredDistances[i]);
            if (!derivatives.IsEmpty)
            {
                derivatives[i] = -values[i];
            }
        }
    }
}
