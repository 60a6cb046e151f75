namespace WassersteinAutoEncoders.Reporting;

/// <summary>Outlines of the region where a density exceeds a level (marching squares).</summary>
internal static class Contours
{
    // Sides of a square of four cell centres: 0 below, 1 right, 2 above, 3 left. By which corners are inside
    // (1 lower left, 2 lower right, 4 upper right, 8 upper left): the sides that lines cross, in pairs.
    private static readonly int[][] Crossings =
    [
        [], [3, 0], [0, 1], [3, 1], [1, 2], [3, 0, 1, 2], [0, 2], [3, 2],
        [2, 3], [2, 0], [0, 1, 2, 3], [2, 1], [1, 3], [1, 0], [0, 3], [],
    ];

    /// <summary>Closed polygons of alternating x and y values. Beyond the grid the density is taken as 0, so that every outline closes.</summary>
    public static List<IReadOnlyList<double>> Of(DensityGrid grid, double level)
    {
        var size = grid.Size + 2;
        var next = new Dictionary<int, int>();
        for (var y = 0; y < size - 1; y++)
        {
            for (var x = 0; x < size - 1; x++)
            {
                var corners = (Inside(x, y) ? 1 : 0) | (Inside(x + 1, y) ? 2 : 0) | (Inside(x + 1, y + 1) ? 4 : 0) | (Inside(x, y + 1) ? 8 : 0);
                var sides = Crossings[corners];
                for (var i = 0; i < sides.Length; i += 2)
                {
                    next[Edge(x, y, sides[i])] = Edge(x, y, sides[i + 1]);
                }
            }
        }

        var outlines = new List<IReadOnlyList<double>>();
        while (next.Count > 0)
        {
            var outline = new List<double>();
            var edge = next.Keys.First();
            while (next.Remove(edge, out var following))
            {
                AddPoint(edge, outline);
                edge = following;
            }
            outlines.Add(outline);
        }
        return outlines;

        double Value(int x, int y) => x < 1 || y < 1 || x > grid.Size || y > grid.Size ? 0 : grid[x - 1, y - 1];
        bool Inside(int x, int y) => Value(x, y) > level;

        // Each edge of the lattice has one number, whichever square it is seen from: even ones are horizontal.
        int Edge(int x, int y, int side) => side switch
        {
            0 => 2 * (y * size + x),
            1 => 2 * (y * size + x + 1) + 1,
            2 => 2 * ((y + 1) * size + x),
            _ => 2 * (y * size + x) + 1,
        };

        void AddPoint(int edge, List<double> outline)
        {
            var (x, y) = (edge / 2 % size, edge / 2 / size);
            var (x2, y2) = edge % 2 == 0 ? (x + 1, y) : (x, y + 1);
            var (a, b) = (Value(x, y), Value(x2, y2));
            var t = (level - a) / (b - a);
            outline.Add(Coordinate(x + t * (x2 - x)));
            outline.Add(Coordinate(y + t * (y2 - y)));
        }

        double Coordinate(double node) => grid.Low + (node - 0.5) / grid.Size * (grid.High - grid.Low);
    }
}

/// <summary>Regions of highest density of a distribution in the plane, from samples.</summary>
internal static class DensityRegions
{
    /// <summary>The parts of the mass that the regions hold, widest first.</summary>
    public static IReadOnlyList<double> Masses { get; } = [0.95, 0.8, 0.5];

    /// <summary>For each of <see cref="Masses"/> the outlines of its region, closed polygons of alternating x and y values.</summary>
    public static IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> Of(double[] xs, double[] ys, (double Low, double High) range)
    {
        var grid = DensityGrid.From(xs, ys, range.Low, range.High);
        return [.. Masses.Select(mass => Contours.Of(grid, grid.Level(mass)))];
    }
}
