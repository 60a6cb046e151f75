using System.Numerics;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences.Slices;

/// <summary>W₂² on a circle of length 1 between the angles of points in a plane and the uniform distribution, or those of as many prior samples.</summary>
/// <remarks>
/// With angles u_(1) ≤ … ≤ u_(n) in [0, 1): against the uniform distribution (1/n)·Σu² − ((1/n)·Σu)² + (1/n²)·Σ(n + 1 − 2i)·u_(i) + 1/12
/// (Bonet et al., ICLR 2023, proposition 1). Between two samples the sorted angles are matched with a cyclic shift, whose cost is convex in it
/// (Delon, Salomon and Sobolevski 2010), so that bisection finds the least.
/// </remarks>
internal sealed class CircleRule : ISliceRule
{
    public int Axes => 2;

    public double Differentiate<T>(Span<T> codes, ReadOnlySpan<T> samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = codes.Length / 2;
        var angles = new T[n];
        Angles(codes, angles);
        using var sorted = new SortedProjections<T>(angles);
        var derivatives = new double[n];
        double value;
        if (samples.IsEmpty)
        {
            value = Uniform(sorted, derivatives);
        }
        else
        {
            var others = new T[n];
            Angles(samples, others);
            using var sortedOthers = new SortedProjections<T>(others);
            value = Matched(sorted, sortedOthers, derivatives);
        }

        for (var i = 0; i < n; i++)
        {
            var place = sorted.Place(i);
            double a = double.CreateTruncating(codes[place]), b = double.CreateTruncating(codes[n + place]), square = a * a + b * b;

            // A point that projects onto the centre has no angle.
            var factor = square > float.Epsilon ? derivatives[i] / (2 * Math.PI * square) : square * 0;
            codes[place] = T.CreateTruncating(-b * factor);
            codes[n + place] = T.CreateTruncating(a * factor);
        }

        return value;
    }

    public Tensor Compose(Tensor codes, Tensor? samples)
    {
        var sorted = Turns(codes).sort(1).Values;
        var n = sorted.shape[1];
        if (samples is null)
        {
            var ranks = HeldScalars.Range(n, codes.device).to(codes.dtype).Times(-2.0 / ((double)n * n)).Plus((n - 1.0) / ((double)n * n));
            return (sorted.Squared().mean([1]) - sorted.mean([1]).Squared()).Plus((sorted * ranks).sum(1)).Plus(1.0 / 12);
        }

        // The bisection of all slices at once, without a wait for the device.
        var others = Turns(samples).sort(1).Values;
        var lifted = cat([others.Minus(1), others, others.Plus(1)], 1);
        var places = HeldScalars.Range(n, codes.device).unsqueeze(0);
        var first = places;
        using (no_grad())
        {
            var low = zeros([sorted.shape[0], 1], ScalarType.Int64, codes.device);
            var two = low.Filled(2);
            var high = low.Filled(2 * n);
            for (var left = 2 * n; left > 0; left /= 2)
            {
                var middle = low.Plus(high).div(two, RoundingMode.floor);
                var isLeft = Cost(middle).le(Cost(middle.Plus(1).minimum(high)));
                (low, high) = (where(isLeft, low, middle.Plus(1).minimum(high)), where(isLeft, middle, high));
            }

            places = places.Plus(low);
        }

        return (sorted - lifted.gather(1, places)).Squared().mean([1]);

        Tensor Cost(Tensor shift) => (sorted - lifted.gather(1, first.Plus(shift))).Squared().mean([1], keepdim: true);
    }

    private static Tensor Turns(Tensor codes)
    {
        var planes = codes.reshape(-1, 2, codes.shape[1]);
        var (a, b) = (planes.select(1, 0), planes.select(1, 1));
        var none = a.Squared().Plus(b.Squared()).IsBelow(2 * float.Epsilon);
        return atan2(b, where(none, ones_like(a), a)).Over(2 * Math.PI).Plus(0.5);
    }

    private static void Angles<T>(ReadOnlySpan<T> points, T[] angles)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = angles.Length;
        for (var i = 0; i < n; i++)
        {
            angles[i] = T.Atan2Pi(points[n + i], points[i]) * T.CreateTruncating(0.5) + T.CreateTruncating(0.5);
        }
    }

    private static double Uniform<T>(in SortedProjections<T> u, double[] derivatives)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = u.Count;
        double sum = 0, squares = 0, ranked = 0;
        for (var i = 0; i < n; i++)
        {
            var x = double.CreateTruncating(u[i]);
            sum += x;
            squares += x * x;
            ranked += (n - 1.0 - (2 * i)) * x;
        }

        var mean = sum / n;
        for (var i = 0; i < n; i++)
        {
            derivatives[i] = (2 * (double.CreateTruncating(u[i]) - mean) + (n - 1.0 - (2 * i)) / n) / n;
        }

        return squares / n - mean * mean + ranked / n / n + 1.0 / 12;
    }

    private static double Matched<T>(in SortedProjections<T> u, in SortedProjections<T> v, double[] derivatives)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int low = -u.Count, high = u.Count;
        while (low < high)
        {
            var middle = low + ((high - low) >> 1);
            if (Cost(u, v, middle, null) <= Cost(u, v, middle + 1, null))
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return Cost(u, v, low, derivatives);
    }

    /// <summary>(1/n)·Σ (u_i − v_{i+shift})², where v goes on beyond its end one turn further.</summary>
    private static double Cost<T>(in SortedProjections<T> u, in SortedProjections<T> v, int shift, double[]? derivatives)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = u.Count;
        double sum = 0;
        for (var i = 0; i < n; i++)
        {
            var turn = Math.DivRem(i + shift + n, n, out var place) - 1;
            var difference = double.CreateTruncating(u[i]) - double.CreateTruncating(v[place]) - turn;
            sum += difference * difference;
            if (derivatives is not null)
            {
                derivatives[i] = 2 * difference / n;
            }
        }

        return sum / n;
    }
}
