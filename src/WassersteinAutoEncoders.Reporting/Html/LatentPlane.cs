using System.Globalization;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>The coordinates that codes can be drawn by: chosen dimensions, and before them the two principal components where there are more than two dimensions.</summary>
internal sealed class LatentPlane
{
    private readonly int[] _dimensions;
    private readonly (double Low, double High) _range;
    private readonly PrincipalAxes? _axes;
    private readonly PriorFigures? _prior;

    public LatentPlane(TrainingReport report, int[] dimensions, (double Low, double High) range)
    {
        (_dimensions, _range) = (dimensions, range);
        var codes = report.Snapshots[^1].Codes!;
        _prior = report.Prior is null ? null : PriorFigures.Of(report.Prior);
        _axes = codes.Dimension > 2 ? PrincipalAxes.Of(codes) : null;
        Names = [.. _axes is null ? (string[])[] : ["principal component 1", "principal component 2"],
            .. dimensions.Select(d => "z" + d.ToString(CultureInfo.InvariantCulture))];
    }

    /// <summary>The names of the coordinates.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether the first two coordinates are principal components, to be drawn with each other alone.</summary>
    public bool HasPrincipal => _axes is not null;

    /// <summary>The part of the variance in the two principal components.</summary>
    public double Explained => _axes?.Explained ?? 1;

    /// <summary>One coordinate of all codes.</summary>
    public double[] Column(LatentCodes codes, int coordinate) => coordinate switch
    {
        0 when _axes is not null => PrincipalAxes.Project(codes, _axes.First),
        1 when _axes is not null => PrincipalAxes.Project(codes, _axes.Second),
        _ => codes.Column(_dimensions[_axes is null ? coordinate : coordinate - 2]),
    };

    /// <summary>All coordinates of all codes as 16-bit numbers in the range of the axes, coordinate by coordinate, little-endian; codes beyond the axes lie at their ends.</summary>
    public byte[] Quantise(LatentCodes codes)
    {
        var numbers = new ushort[Names.Count * codes.Count];
        var scale = 65535 / (_range.High - _range.Low);
        for (var c = 0; c < Names.Count; c++)
        {
            var column = Column(codes, c);
            for (var i = 0; i < column.Length; i++)
            {
                var value = double.IsNaN(column[i]) ? 0 : Math.Clamp((column[i] - _range.Low) * scale, 0, 65535);
                numbers[c * codes.Count + i] = (ushort)Math.Round(value);
            }
        }
        return PageData.Bytes(numbers);
    }

    /// <summary>Pairs of coordinates that can be drawn, the first below the second.</summary>
    public IEnumerable<(int X, int Y)> Pairs()
    {
        var first = _axes is null ? 0 : 2;
        if (_axes is not null)
        {
            yield return (0, 1);
        }

        for (var x = first; x < Names.Count; x++)
        {
            for (var y = x + 1; y < Names.Count; y++)
            {
                yield return (x, y);
            }
        }
    }

    /// <summary>The regions of highest density that hold 95, 80 and 50 % of the prior, widest first; none without a prior.</summary>
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> Regions(int x, int y)
    {
        if (_prior is null)
        {
            return [];
        }

        return _axes is not null && x == 0
            ? DensityRegions.Of(PrincipalAxes.Project(_prior.Samples, _axes.First), PrincipalAxes.Project(_prior.Samples, _axes.Second), _range)
            : _prior.Regions(_dimensions[x - (_axes is null ? 0 : 2)], _dimensions[y - (_axes is null ? 0 : 2)], _range);
    }
}
