using System.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences.Slices;

/// <summary>The energy distance of two samples on a line, 2∫(F − G)² with their distribution functions F and G.</summary>
/// <remarks>
/// The integral is a sum over the gaps of the pooled order, without the cancellation of 2E|x − y| − E|x − x′| − E|y − y′|. The derivative
/// in a code is −(2/n)·(D₋ + D₊) with F − G just below and just above it, which for equal numbers is that of the sum of distances with |0|′ = 0.
/// </remarks>
internal sealed class EnergyRule : ISliceRule
{
    public int Axes => 1;

    public double Differentiate<T>(Span<T> codes, ReadOnlySpan<T> samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var sortedCodes = new SortedProjections<T>(codes);
        using var sortedSamples = new SortedProjections<T>(samples);
        Span<T> x = sortedCodes.Values, y = sortedSamples.Values;
        Span<int> places = sortedCodes.Places;
        int n = x.Length, m = y.Length, i = 0, j = 0;
        double perCode = 1.0 / n, perSample = 1.0 / m, below = 0, sum = 0;
        var last = j < m && y[0] < x[0] ? y[0] : x[0];
        while (i < n || j < m)
        {
            var here = j == m || (i < n && !(y[j] < x[i])) ? x[i] : y[j];
            if (T.IsNaN(here))
            {
                codes.Fill(T.NaN);
                return double.NaN;
            }

            sum += below * below * double.CreateTruncating(here - last);
            var first = i;
            while (i < n && x[i] == here)
            {
                i++;
            }

            while (j < m && y[j] == here)
            {
                j++;
            }

            // From counts, so that no rounding gathers: at the end it is 0 exactly.
            var above = i * perCode - j * perSample;
            var derivative = T.CreateTruncating(-2 * perCode * (below + above));
            for (var k = first; k < i; k++)
            {
                codes[places[k]] = derivative;
            }

            (below, last) = (above, here);
        }

        return 2 * sum;
    }

    public Tensor Compose(Tensor codes, Tensor? samples)
    {
        long n = codes.shape[1], m = samples!.shape[1];
        var (sorted, order) = cat([codes, samples], 1).sort(1);
        var steps = where(order.lt(n), 1.0 / n, -1.0 / m).to(codes.dtype);
        var difference = steps.cumsum(1).narrow(1, 0, n + m - 1);
        return (difference.square() * sorted.diff(dim: 1)).sum(1).mul(2);
    }
}
