using System.Buffers;
using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences.Slices;

/// <summary>The mean of W₂² over slices of two samples of equal size, with its gradient in closed form.</summary>
/// <remarks>With x₍ₖ₎ and y₍ₖ₎ the k-th smallest projections, W₂² = Σₖ (x₍ₖ₎ − y₍ₖ₎)²/n, and its derivative in x₍ₖ₎ is 2·(x₍ₖ₎ − y₍ₖ₎)/n.</remarks>
internal static class SortedSlices
{
    /// <summary>Whether managed code can take these points: float32, on the CPU, as many codes as samples, and only the codes to be differentiated.</summary>
    public static bool Accepts(Tensor encoded, Tensor prior, int directions)
        => encoded.device_type == DeviceType.CPU && encoded.dtype == ScalarType.Float32 && encoded.shape[0] == prior.shape[0]
            && !(prior.requires_grad && is_grad_enabled()) && directions * encoded.shape[0] * sizeof(float) <= int.MaxValue;

    /// <summary>The mean over the directions, a scalar differentiable once in <paramref name="encoded"/>.</summary>
    /// <param name="encoded">Codes, <c>[n, d]</c>.</param>
    /// <param name="prior">Prior samples, <c>[n, d]</c>.</param>
    /// <param name="directions">Unit vectors, <c>[L, d]</c>.</param>
    public static Tensor Evaluate(Tensor encoded, Tensor prior, Tensor directions)
    {
        using var scope = NewDisposeScope();
        var differentiated = encoded.requires_grad && is_grad_enabled();
        Tensor slices;
        double value;
        using (no_grad())
        {
            slices = directions.mm(encoded.t()).contiguous();
            var samples = directions.mm(prior.t()).contiguous();

            // The derivative in each projection takes its place.
            value = Differentiate(TensorSpan.Of<float>(slices), TensorSpan.Of<float>(samples), (int)encoded.shape[0]);
        }

        var result = differentiated ? ClosedForm.Attach(encoded, slices.t().mm(directions), value) : ClosedForm.Scalar(value, encoded.dtype);
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>Replaces the projections of the codes, row by row, with the derivative of the mean in them, and returns the mean.</summary>
    private static double Differentiate(Span<float> codes, ReadOnlySpan<float> samples, int n)
    {
        var rented = ArrayPool<ulong>.Shared.Rent(3 * n);
        var first = rented.AsSpan(0, n);
        var second = rented.AsSpan(n, n);
        var scratch = rented.AsSpan(2 * n, n);
        var factor = 2f / codes.Length;
        var sum = 0.0;
        for (var start = 0; start < codes.Length; start += n)
        {
            var row = codes.Slice(start, n);
            RadixSort.Sort(row, first, scratch);
            RadixSort.Sort(samples.Slice(start, n), second, scratch);
            var ofRow = 0.0;
            for (var k = 0; k < n; k++)
            {
                var difference = RadixSort.Value(first[k]) - RadixSort.Value(second[k]);
                ofRow += (double)difference * difference;
                row[RadixSort.Place(first[k])] = factor * difference;
            }

            sum += ofRow;
        }

        ArrayPool<ulong>.Shared.Return(rented);
        return sum / codes.Length;
    }
}
