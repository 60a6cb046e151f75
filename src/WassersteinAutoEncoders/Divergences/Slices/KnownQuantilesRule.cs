using System.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences.Slices;

/// <summary>W₂² on a line between n numbers and a distribution whose quantile function F⁻¹ is known, ∫(F_n⁻¹ − F⁻¹)².</summary>
/// <remarks>With q̄_i the mean of F⁻¹ over the i-th of n equal steps it is (1/n)·Σ(u_(i) − q̄_i)² plus what F⁻¹ varies within the steps, which no number changes.</remarks>
internal sealed class KnownQuantilesRule(double[] means, double secondMoment) : ISliceRule
{
    private readonly double _within = secondMoment - means.Average(mean => mean * mean);

    public int Axes => 1;

    public double Differentiate<T>(Span<T> codes, ReadOnlySpan<T> samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var sorted = new SortedProjections<T>(codes);
        var n = codes.Length;
        double sum = 0;
        for (var i = 0; i < n; i++)
        {
            var difference = double.CreateTruncating(sorted.Values[i]) - means[i];
            sum += difference * difference;
            codes[sorted.Places[i]] = T.CreateTruncating(2 * difference / n);
        }

        return sum / n + _within;
    }

    public Tensor Compose(Tensor codes, Tensor? samples)
        => (codes.sort(1).Values - tensor(means, codes.dtype, codes.device)).square().mean([1]) + _within;
}
