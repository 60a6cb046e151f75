using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;

namespace WassersteinAutoEncoders.Kernels;

/// <summary>A weighted sum of radial kernels, itself radial: φ(s) = Σ w_l·φ_l(s).</summary>
/// <remarks>Immutable; as safe to share between threads as its terms.</remarks>
public sealed class RadialSumKernel : SumKernel, IRadialKernel
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
