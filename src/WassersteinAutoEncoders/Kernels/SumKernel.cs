using System.Buffers;
using System.Numerics;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace WassersteinAutoEncoders.Kernels;

/// <summary>A weighted sum of kernels: k(x, y) = Σ w_l·k_l(x, y).</summary>
/// <remarks>
/// Positive definite when its terms are. <see cref="Of"/> gives a sum that is itself an <see cref="IRadialKernel"/>, and with it the fast
/// path, when every term is radial. Immutable; as safe to share between threads as its terms.
/// </remarks>
public class SumKernel : IKernel
{
    /// <summary>Creates the sum.</summary>
    /// <param name="terms">Weights, each finite and &gt; 0, and kernels; at least one.</param>
    /// <exception cref="ArgumentException">There are no terms, or one has no kernel.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight is not finite or not positive.</exception>
    public SumKernel(params IEnumerable<(double Weight, IKernel Kernel)> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        (double Weight, IKernel Kernel)[] copy = [.. terms];
        if (copy.Length == 0)
        {
            throw new ArgumentException("Expected at least one kernel to sum, but there is none. Pass one, for instance (1.0, new EnergyKernel()).", nameof(terms));
        }

        foreach (var (weight, kernel) in copy)
        {
            Guard.CheckPositive(weight, nameof(terms));
            if (kernel is null)
            {
                throw new ArgumentException("Expected a kernel in every term, but one is null. Leave the term out.", nameof(terms));
            }
        }

        Terms = Array.AsReadOnly(copy);
    }

    /// <summary>The weights and kernels.</summary>
    public IReadOnlyList<(double Weight, IKernel Kernel)> Terms { get; }

    /// <summary>The sum of kernels: an <see cref="IRadialKernel"/> when every term is an <see cref="IRadialKernel"/>, a plain <see cref="SumKernel"/> otherwise.</summary>
    /// <param name="terms">Weights, each finite and &gt; 0, and kernels; at least one.</param>
    /// <exception cref="ArgumentException">There are no terms, or one has no kernel.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight is not finite or not positive.</exception>
    public static SumKernel Of(params IEnumerable<(double Weight, IKernel Kernel)> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        (double Weight, IKernel Kernel)[] copy = [.. terms];
        return copy.All(term => term.Kernel is IRadialKernel)
            ? new RadialSumKernel(copy.Select(term => (term.Weight, (IRadialKernel)term.Kernel)))
            : new SumKernel(copy);
    }

    /// <inheritdoc/>
    public Tensor Gram(Tensor x, Tensor y)
    {
        Guard.CheckPair(x, nameof(x), y, nameof(y));
        using var scope = NewDisposeScope();
        var sum = Weighted(Terms[0]);
        foreach (var term in Terms.Skip(1))
        {
            sum = sum.Plus(Weighted(term));
        }

        return sum.MoveToOuterDisposeScope();

        Tensor Weighted((double Weight, IKernel Kernel) term) => Guard.CheckGram(term.Kernel.Gram(x, y), term.Kernel, x, y).Times(term.Weight);
    }
}

/// <summary>A weighted sum of radial kernels, itself radial: φ(s) = Σ w_l·φ_l(s).</summary>
/// <remarks>Immutable; as safe to share between threads as its terms.</remarks>
internal sealed class RadialSumKernel : SumKernel, IRadialKernel
{
    /// <summary>Creates the sum.</summary>
    /// <param name="terms">Weights, each finite and &gt; 0, and kernels; at least one.</param>
    /// <exception cref="ArgumentException">There are no terms, or one has no kernel.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight is not finite or not positive.</exception>
    public RadialSumKernel(params IEnumerable<(double Weight, IRadialKernel Kernel)> terms)
        : base((terms ?? throw new ArgumentNullException(nameof(terms))).Select(term => (term.Weight, (IKernel)term.Kernel)))
    {
    }

    /// <inheritdoc/>
    public void Profile(ReadOnlySpan<double> squaredDistances, Span<double> values, Span<double> derivatives)
        => Sum(squaredDistances, values, derivatives, static (kernel, s, v, d) => kernel.Profile(s, v, d));

    /// <inheritdoc/>
    public void Profile(ReadOnlySpan<float> squaredDistances, Span<float> values, Span<float> derivatives)
        => Sum(squaredDistances, values, derivatives, static (kernel, s, v, d) => kernel.Profile(s, v, d));

    private delegate void ProfileCall<T>(IRadialKernel kernel, ReadOnlySpan<T> squaredDistances, Span<T> values, Span<T> derivatives);

    private void Sum<T>(ReadOnlySpan<T> squaredDistances, Span<T> values, Span<T> derivatives, ProfileCall<T> profile)
        where T : unmanaged, IFloatingPoint<T>
    {
        var length = squaredDistances.Length;
        var buffer = ArrayPool<T>.Shared.Rent(2 * length);
        try
        {
            var termValues = buffer.AsSpan(0, length);
            var termDerivatives = derivatives.IsEmpty ? default : buffer.AsSpan(length, length);
            values[..length].Clear();
            derivatives.Clear();
            foreach (var (weight, kernel) in Terms)
            {
                profile((IRadialKernel)kernel, squaredDistances, termValues, termDerivatives);
                TensorPrimitives.MultiplyAdd(termValues, T.CreateChecked(weight), values, values);
                if (!derivatives.IsEmpty)
                {
                    TensorPrimitives.MultiplyAdd(termDerivatives, T.CreateChecked(weight), derivatives, derivatives);
                }
            }
        }
        finally
        {
            ArrayPool<T>.Shared.Return(buffer);
        }
    }
}
