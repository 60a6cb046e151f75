using TorchSharp;

/// <summary>Pictures of digits, 28×28 with values in [0, 1], drawn by this program: data to begin with.</summary>
internal static class Digits
{
    public const int Side = 28;

    // What a pen draws: points in a box 2 wide and 4 high, y downwards.
    private static readonly string[] Strokes =
    [
        "10 21 23 14 03 01 10", "01 10 14", "01 10 21 04 24", "00 20 12 23 14 04", "24 20 03 23",
        "20 00 02 22 23 14 04", "20 02 03 14 23 12 02", "00 20 14", "12 01 10 21 03 14 23 12", "21 10 01 12 21 23 14",
    ];

    /// <summary>Draws digits; the same seed gives the same ones.</summary>
    /// <returns>Pictures <c>[count, 784]</c>, and which digit each shows.</returns>
    public static (torch.Tensor Images, int[] Labels) Draw(int count, int seed)
    {
        var random = new Random(seed);
        var pixels = new float[count * Side * Side];
        var labels = new int[count];
        for (var i = 0; i < count; i++)
        {
            labels[i] = random.Next(Strokes.Length);
            Draw(Strokes[labels[i]], random, pixels.AsSpan(i * Side * Side, Side * Side));
        }

        using var flat = torch.tensor(pixels);
        return (flat.reshape(count, Side * Side), labels);
    }

    private static void Draw(string stroke, Random random, Span<float> picture)
    {
        double Around(double middle, double spread) => middle + (spread * ((2 * random.NextDouble()) - 1));

        var (width, height, slant, turn, pen) = (Around(5, 1), Around(4.8, 0.4), Around(0.1, 0.2), Around(0, 0.1), Around(1.2, 0.4));
        var (left, top) = (Around(Side / 2, 1), Around(Side / 2, 1));
        var points = stroke.Split(' ').Select(point =>
        {
            var (x, y) = ((point[0] - '1' + Around(0, 0.15)) * width, (point[1] - '2' + Around(0, 0.15)) * height);
            x -= slant * y;
            return (X: left + x - (turn * y), Y: top + y + (turn * x));
        }).ToArray();
        for (var i = 0; i < picture.Length; i++)
        {
            var nearest = double.MaxValue;
            for (var j = 1; j < points.Length; j++)
            {
                nearest = Math.Min(nearest, Distance(i % Side, i / Side, points[j - 1], points[j]));
            }

            picture[i] = (float)Math.Clamp(pen + 0.5 - nearest, 0, 1);
        }
    }

    private static double Distance(double x, double y, (double X, double Y) from, (double X, double Y) to)
    {
        var (dx, dy) = (to.X - from.X, to.Y - from.Y);
        var along = Math.Clamp((((x - from.X) * dx) + ((y - from.Y) * dy)) / ((dx * dx) + (dy * dy)), 0, 1);
        return Math.Sqrt(Math.Pow(x - from.X - (along * dx), 2) + Math.Pow(y - from.Y - (along * dy), 2));
    }
}
