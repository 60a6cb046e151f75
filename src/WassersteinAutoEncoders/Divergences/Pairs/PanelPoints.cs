namespace WassersteinAutoEncoders.Divergences.Pairs;

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
