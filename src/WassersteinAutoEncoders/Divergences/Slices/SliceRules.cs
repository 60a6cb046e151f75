using System.Buffers;
using System.Numerics;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences.Slices;

/// <summary>A divergence of one slice: of points projected onto a direction, or onto the two axes of a plane.</summary>
internal interface ISliceRule
{
    /// <summary>The projections of a point in one slice: 1 for directions, 2 for planes.</summary>
    int Axes { get; }

    /// <summary>The value of one slice, whose derivative takes the place of the projections.</summary>
    /// <param name="codes">Projections of the codes, axis by axis: n for each. Receives the derivative in each of them.</param>
    /// <param name="samples">Projections of the prior samples, m for each axis; empty where the prior is integrated out.</param>
    double Differentiate<T>(Span<T> codes, ReadOnlySpan<T> samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The same for all slices by tensor operations, differentiable.</summary>
    /// <param name="codes"><c>[L·Axes, n]</c>.</param>
    /// <param name="samples"><c>[L·Axes, m]</c>, or <see langword="null"/> where the prior is integrated out.</param>
    /// <returns><c>[L]</c>.</returns>
    Tensor Compose(Tensor codes, Tensor? samples);
}

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
        int n = codes.Length, m = samples.Length;
        var rented = ArrayPool<T>.Shared.Rent(n + m);
        var pooled = rented.AsSpan(0, n + m);
        codes.CopyTo(pooled);
        samples.CopyTo(pooled[n..]);

        // One sort of both: a merge of two would ask at each step which side is next, a toss that no processor foresees.
        using (var sorted = new SortedProjections<T>(pooled))
        {
            var sum = Differentiate(sorted, pooled, n, m);
            pooled[..n].CopyTo(codes);
            ArrayPool<T>.Shared.Return(rented);
            return sum;
        }
    }

    /// <summary>The derivative in each of the n + m numbers at its place; those in the m samples are of no use.</summary>
    private static double Differentiate<T>(in SortedProjections<T> sorted, Span<T> derivatives, int n, int m)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (T.IsNaN(sorted[0]) || T.IsNaN(sorted[n + m - 1]))
        {
            derivatives.Fill(T.NaN);
            return double.NaN;
        }

        double perCode = 1.0 / n, perSample = 1.0 / m, below = 0, sum = 0;
        var (codes, last) = (0, sorted[0]);
        for (var first = 0; first < n + m;)
        {
            var here = sorted[first];
            sum += below * below * double.CreateTruncating(here - last);
            var next = first;
            do
            {
                codes += sorted.Place(next) < n ? 1 : 0;
                next++;
            }
            while (next < n + m && sorted[next] == here);

            // From counts, so that no rounding gathers: at the end it is 0 exactly.
            var above = codes * perCode - (next - codes) * perSample;
            var derivative = T.CreateTruncating(-2 * perCode * (below + above));
            do
            {
                derivatives[sorted.Place(first)] = derivative;
                first++;
            }
            while (first < next);
            (below, last) = (above, here);
        }

        return 2 * sum;
    }

    public Tensor Compose(Tensor codes, Tensor? samples)
    {
        long n = codes.shape[1], m = samples!.shape[1];
        var (sorted, order) = cat([codes, samples], 1).sort(1);
        var steps = order.IsBelow(n).to(codes.dtype).Times((1.0 / n) + (1.0 / m)).Minus(1.0 / m);
        var difference = steps.cumsum(1).narrow(1, 0, n + m - 1);
        return (difference.Squared() * sorted.diff(dim: 1)).sum(1).Times(2);
    }
}

/// <summary>W₂² on a line between n numbers and a distribution whose quantile function F⁻¹ is known, ∫(F_n⁻¹ − F⁻¹)².</summary>
/// <remarks>With q̄_i the mean of F⁻¹ over the i-th of n equal steps it is (1/n)·Σ(u_(i) − q̄_i)² plus what F⁻¹ varies within the steps, which no number changes.</remarks>
internal sealed class KnownQuantilesRule(double[] means, double secondMoment) : ISliceRule
{
    private readonly DeviceNumbers _means = new(means);
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
            var difference = double.CreateTruncating(sorted[i]) - means[i];
            sum += difference * difference;
            codes[sorted.Place(i)] = T.CreateTruncating(2 * difference / n);
        }

        return sum / n + _within;
    }

    public Tensor Compose(Tensor codes, Tensor? samples)
        => (codes.sort(1).Values - _means.On(codes, codes.dtype).reshape(1, -1)).Squared().mean([1]).Plus(_within);
}

/// <summary>W₂² on a line between n and m numbers: ∫₀¹ (F⁻¹ − G⁻¹)² of their quantile functions, steps of width 1/n and 1/m.</summary>
/// <remarks>On the common refinement of both grids both are constant. Boundaries are compared as the integers i·m and j·n, so that none is lost to rounding.</remarks>
internal sealed class WassersteinRule : ISliceRule
{
    private (long Codes, long Samples, DeviceNumbers? First, DeviceNumbers? Second, DeviceNumbers? Widths) _grid;

    public int Axes => 1;

    public double Differentiate<T>(Span<T> codes, ReadOnlySpan<T> samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = codes.Length, m = samples.Length;
        using var first = new SortedProjections<T>(codes);
        using var second = new SortedProjections<T>(samples);
        var unit = 1 / ((double)n * m);
        double sum = 0, derivative = 0;
        long position = 0;
        for (int i = 0, j = 0; i < n;)
        {
            // The last interval ends both, at n·m.
            long endOfFirst = (i + 1L) * m, endOfSecond = (j + 1L) * n, end = Math.Min(endOfFirst, endOfSecond);
            var width = (end - position) * unit;
            var difference = double.CreateTruncating(first[i]) - double.CreateTruncating(second[j]);
            sum += width * difference * difference;
            derivative += 2 * width * difference;
            position = end;
            if (end == endOfFirst)
            {
                codes[first.Place(i)] = T.CreateTruncating(derivative);
                derivative = 0;
                i++;
            }

            j += end == endOfSecond ? 1 : 0;
        }

        return sum;
    }

    public Tensor Compose(Tensor codes, Tensor? samples)
    {
        long n = codes.shape[1], m = samples!.shape[1];
        var (first, second) = (codes.sort(1).Values, samples.sort(1).Values);
        if (n == m)
        {
            return first.sub(second).Squared().mean([1]);
        }

        if (_grid.Codes != n || _grid.Samples != m)
        {
            var (ofFirst, ofSecond, widths) = CommonRefinement(n, m);
            _grid = (n, m, new(Array.ConvertAll(ofFirst, i => (double)i)), new(Array.ConvertAll(ofSecond, i => (double)i)), new(widths));
        }

        var difference = first.index_select(1, _grid.First!.On(codes, ScalarType.Int64).reshape(-1))
            - second.index_select(1, _grid.Second!.On(codes, ScalarType.Int64).reshape(-1));
        return difference.Squared().mv(_grid.Widths!.On(codes, codes.dtype).reshape(-1));
    }

    /// <summary>For each interval between neighbours of {i/n} ∪ {j/m}: the step of each function that holds there, and the interval's width.</summary>
    /// <remarks>At most n + m − 1 intervals; the widths sum to 1. Boundaries are compared as the integers i·m and j·n, so none is lost to rounding.</remarks>
    public static (long[] First, long[] Second, double[] Widths) CommonRefinement(long n, long m)
    {
        var first = new List<long>((int)(n + m));
        var second = new List<long>((int)(n + m));
        var widths = new List<double>((int)(n + m));
        long i = 0, j = 0, position = 0;
        while (i < n)
        {
            // The last interval ends both, at n·m.
            long endOfFirst = (i + 1) * m, endOfSecond = (j + 1) * n, end = Math.Min(endOfFirst, endOfSecond);
            first.Add(i);
            second.Add(j);
            widths.Add((double)(end - position) / (n * m));
            position = end;
            i += end == endOfFirst ? 1 : 0;
            j += end == endOfSecond ? 1 : 0;
        }

        return ([.. first], [.. second], [.. widths]);
    }
}

/// <summary>Rank-1 lattices {k·z/n} whose generator z is built coordinate by coordinate.</summary>
/// <remarks>
/// Each coordinate takes the z_j for which Σ_k Π_j (1 + γ_j·ω({k·z_j/n})) is least, ω(x) = 2π²(x² − x + 1/6) and γ_j = 1/j²: the squared worst-case
/// error in a weighted Korobov space of smoothness 2. The last lattice is kept.
/// </remarks>
internal sealed class LatticeRule
{
    private const int MostCandidates = 1000;

    private (int Count, long Dimension, double[] Points) _last = (0, 0, []);

    /// <summary>The n points, row by row, in [0, 1)ᵈ.</summary>
    public double[] Points(int count, long dimension)
    {
        if (_last.Count != count || _last.Dimension != dimension)
        {
            _last = (count, dimension, Build(count, (int)dimension));
        }

        return _last.Points;
    }

    private static double[] Build(int n, int d)
    {
        var kernel = new double[n];
        for (var k = 0; k < n; k++)
        {
            var x = (double)k / n;
            kernel[k] = 2 * Math.PI * Math.PI * (x * x - x + 1.0 / 6);
        }

        var products = new double[n];
        Array.Fill(products, 1);
        var points = new double[checked(n * d)];
        for (var j = 0; j < d; j++)
        {
            var weight = 1.0 / ((j + 1.0) * (j + 1));
            long best = 1;
            var least = double.PositiveInfinity;
            for (long z = 1; z <= Math.Max(1, n / 2); z += 1 + (n / 2 / MostCandidates))
            {
                double sum = 0;
                for (var k = 0; k < n; k++)
                {
                    sum += products[k] * (1 + weight * kernel[k * z % n]);
                }

                if (sum < least)
                {
                    (least, best) = (sum, z);
                }
            }

            for (var k = 0; k < n; k++)
            {
                products[k] *= 1 + weight * kernel[k * best % n];
                points[(k * d) + j] = (double)(k * best % n) / n;
            }
        }

        return points;
    }
}
