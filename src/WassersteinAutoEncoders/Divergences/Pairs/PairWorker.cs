using System.Numerics;
using System.Runtime.InteropServices;
using WassersteinAutoEncoders.Kernels.Radial;

namespace WassersteinAutoEncoders.Divergences.Pairs;

/// <summary>Evaluates all pairs of two blocks of points, tile by tile, in scratch memory of its own.</summary>
/// <remarks>
/// A tile is computed with the points of the block named first in the lanes, for mixed pairs too. So where both
/// samples are identical, every tile of mixed pairs has the bits of a tile of codes, and the sums cancel exactly.
/// </remarks>
internal sealed unsafe class PairWorker<T, TVector, TLanes> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : ILanes<TVector, T>
{
    // Squared distances, _values and _derivatives of one panel by this many rows stay in the first-level cache.
    private const int ChunkRows = 32;

    private readonly PairProblem<T> _problem;
    private readonly int _width = PairTile<T, TVector, TLanes>.Width;
    private readonly NativeBuffer<T> _squared;
    private readonly NativeBuffer<T> _values;
    private readonly NativeBuffer<T> _derivatives;
    private readonly NativeBuffer<T> _transposed;
    private readonly NativeBuffer<double> _laneSums;

    public PairWorker(PairProblem<T> problem)
    {
        _problem = problem;
        _squared = new NativeBuffer<T>(ChunkRows * _width);
        _values = new NativeBuffer<T>(ChunkRows * _width);
        _derivatives = new NativeBuffer<T>(problem.Block * problem.Block);
        _transposed = new NativeBuffer<T>(problem.Block * problem.Block);
        _laneSums = new NativeBuffer<double>(_width);
    }

    /// <summary>The sums over all pairs of blocks (i, j) and (j, i); adds what they give to the gradient of both blocks of codes.</summary>
    public PairTerms Process(int i, int j)
    {
        var (x, y, weights) = (_problem.X, _problem.Y, _problem.Weights);
        var gradient = _problem.Gradient.Pointer;
        var twice = i == j ? 1 : 2;
        var xx = weights.XX == 0 ? 0 : twice * Tile(x, i, x, j, 4 * weights.XX, gradient, gradient);
        var yy = weights.YY == 0 ? 0 : twice * Tile(y, i, y, j, 0, null, null);
        var xy = Tile(x, i, y, j, 2 * weights.XY, gradient, null);
        if (i != j)
        {
            xy += Tile(y, i, x, j, 2 * weights.XY, null, gradient);
        }

        return new PairTerms(xx, yy, xy);
    }

    /// <summary>Σφ over the tile of block i of the lanes and block j of the rows. Adds factor·Σφ′·(difference) to the gradients that are given; on the diagonal to the lanes' only.</summary>
    private double Tile(PanelPoints<T> lanes, int i, PanelPoints<T> rows, int j, double factor, double* laneGradient, double* rowGradient)
    {
        var (block, d) = (_problem.Block, _problem.Dimension);
        var (laneStart, rowStart) = (i * block, j * block);
        var laneCount = Math.Min(block, lanes.Count - laneStart);
        var rowCount = Math.Min(block, rows.Count - rowStart);
        if (laneCount <= 0 || rowCount <= 0)
        {
            return 0;
        }

        if (i == j)
        {
            rowGradient = null;
        }

        var derive = laneGradient != null || rowGradient != null;
        var rowPointer = rows.Rows + ((long)rowStart * d);
        var sum = 0.0;
        for (var panelStart = 0; panelStart < laneCount; panelStart += _width)
        {
            var panel = lanes.Panels + ((long)(laneStart + panelStart) * d);
            var panelCount = Math.Min(_width, laneCount - panelStart);
            var panelDerivatives = _derivatives.Pointer + (panelStart * block);
            sum += Values(panel, panelCount, rowPointer, rowCount, derive ? panelDerivatives : null);
            if (laneGradient != null)
            {
                PairTile<T, TVector, TLanes>.Gradient(panel, rowPointer, rowCount, d, panelDerivatives, T.CreateTruncating(factor), laneGradient + ((long)(laneStart + panelStart) * d));
            }
        }

        if (rowGradient != null)
        {
            AddTransposed(lanes.Rows + ((long)laneStart * d), laneCount, rows, rowStart, rowCount, factor, rowGradient);
        }

        return sum;
    }

    /// <summary>Σφ over one panel and a block of rows; keeps φ′ where it is wanted.</summary>
    private double Values(T* panel, int panelCount, T* rows, int rowCount, T* panelDerivatives)
    {
        var sums = new Span<double>(_laneSums.Pointer, _width);
        sums.Clear();
        for (var start = 0; start < rowCount; start += ChunkRows)
        {
            var count = Math.Min(ChunkRows, rowCount - start);
            PairTile<T, TVector, TLanes>.Distances(panel, rows + ((long)start * _problem.Dimension), count, _problem.Dimension, _squared.Pointer);
            RadialProfile.Evaluate(_problem.Kernel, _squared.Pointer, _values.Pointer, panelDerivatives == null ? null : panelDerivatives + (start * _width), count * _width);
            PairTile<T, TVector, TLanes>.AddRows(_values.Pointer, count, _laneSums.Pointer);
        }

        var sum = 0.0;
        foreach (var lane in sums[..panelCount])
        {
            sum += lane;
        }

        return sum;
    }

    /// <summary>The gradient of the points that stood in the rows: the same _derivatives, _transposed, with those points in the lanes.</summary>
    private void AddTransposed(T* lanePoints, int laneCount, PanelPoints<T> rows, int rowStart, int rowCount, double factor, double* gradient)
    {
        var (block, d) = (_problem.Block, _problem.Dimension);
        for (var panelStart = 0; panelStart < rowCount; panelStart += _width)
        {
            for (var start = 0; start < laneCount; start += _width)
            {
                SquareTile.Transpose(_derivatives.Pointer + (start * block) + (panelStart * _width), _transposed.Pointer + (start * _width), _width);
            }

            var offset = (long)(rowStart + panelStart) * d;
            PairTile<T, TVector, TLanes>.Gradient(rows.Panels + offset, lanePoints, laneCount, d, _transposed.Pointer, T.CreateTruncating(factor), gradient + offset);
        }
    }

    public void Dispose()
    {
        _squared.Dispose();
        _values.Dispose();
        _derivatives.Dispose();
        _transposed.Dispose();
        _laneSums.Dispose();
    }
}

/// <summary>Points in the two layouts the tiles read: row by row, and in panels of <c>width</c> points, coordinate by coordinate.</summary>
/// <remarks>Panel p holds, for each coordinate k, that coordinate of points p·width … p·width + width − 1 next to each other. The last panel is filled up with copies of its first point.</remarks>
internal readonly unsafe struct PanelPoints<T> : IDisposable
    where T : unmanaged
{
    private readonly NativeBuffer<T> _buffer;

    public PanelPoints(T* rows, int count, int dimension, int width)
    {
        Rows = rows;
        Count = count;
        _buffer = new NativeBuffer<T>((long)PanelCount(count, width) * dimension * width);
        Panels = _buffer.Pointer;
        for (var start = 0; start < count; start += width)
        {
            var panel = Panels + ((long)start * dimension);
            for (var lane = 0; lane < width; lane++)
            {
                var row = rows + ((long)(start + lane < count ? start + lane : start) * dimension);
                for (var k = 0; k < dimension; k++)
                {
                    panel[(k * width) + lane] = row[k];
                }
            }
        }
    }

    /// <summary>The points as the caller has them, <c>[Count, dimension]</c>; borrowed.</summary>
    public T* Rows { get; }

    /// <summary>The panels; panel p starts at p·width·dimension.</summary>
    public T* Panels { get; }

    public int Count { get; }

    public static int PanelCount(int count, int width) => (count + width - 1) / width;

    public void Dispose() => _buffer.Dispose();
}

/// <summary>Memory aligned to cache lines, outside the garbage collector: vectors never straddle two lines, and a step allocates nothing managed.</summary>
internal readonly unsafe struct NativeBuffer<T> : IDisposable
    where T : unmanaged
{
    private const int Alignment = 64;

    public NativeBuffer(long length)
        => Pointer = (T*)NativeMemory.AlignedAlloc(checked((nuint)length * (nuint)sizeof(T)), Alignment);

    public T* Pointer { get; }

    public void Dispose() => NativeMemory.AlignedFree(Pointer);
}
