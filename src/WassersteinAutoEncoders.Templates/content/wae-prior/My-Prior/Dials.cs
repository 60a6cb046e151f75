using TorchSharp;

/// <summary>Pictures of a dial's hand at a random angle, 16×16 with values in [0, 1], drawn by this program: data on a ring.</summary>
internal static class Dials
{
    public const int Side = 16;

    /// <summary>Draws dials; the same seed gives the same ones.</summary>
    /// <returns>Pictures <c>[count, 256]</c>, and the hour, 0 to 11, that each shows.</returns>
    public static (torch.Tensor Images, int[] Labels) Draw(int count, int seed)
    {
        var random = new Random(seed);
        var pixels = new float[count * Side * Side];
        var labels = new int[count];
        for (var i = 0; i < count; i++)
        {
            var turn = random.NextDouble();
            labels[i] = (int)(12 * turn);
            Draw(2 * Math.PI * turn, pixels.AsSpan(i * Side * Side, Side * Side));
        }

        using var flat = torch.tensor(pixels);
        return (flat.reshape(count, Side * Side), labels);
    }

    private static void Draw(double angle, Span<float> picture)
    {
        const double Middle = (Side - 1) / 2.0, Length = 6.5, Pen = 1.2;
        var (sin, cos) = Math.SinCos(angle);
        for (var i = 0; i < picture.Length; i++)
        {
            // The distance to the nearest point of the hand, which points upwards at angle 0.
            var (x, y) = ((i % Side) - Middle, Middle - (i / Side));
            var along = Math.Clamp((x * sin) + (y * cos), 0, Length);
            var distance = Math.Sqrt(Math.Pow(x - (along * sin), 2) + Math.Pow(y - (along * cos), 2));
            picture[i] = (float)Math.Clamp(Pen + 0.5 - distance, 0, 1);
        }
    }
}
