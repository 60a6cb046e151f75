namespace WassersteinAutoEncoders.Reporting.Imaging;

/// <summary>The values that stand for black and for full intensity in an image tensor.</summary>
/// <param name="Low">The value drawn as 0.</param>
/// <param name="High">The value drawn as 255; greater than <paramref name="Low"/>.</param>
/// <remarks>Always stated by the caller: a reconstruction in [−1, 1] drawn as if it were in [0, 1] looks plausible and is wrong.</remarks>
public readonly record struct PixelRange(double Low, double High)
{
    /// <summary>[0, 1], the output of a sigmoid.</summary>
    public static PixelRange Unit => new(0, 1);

    /// <summary>[−1, 1], the output of a hyperbolic tangent.</summary>
    public static PixelRange Symmetric => new(-1, 1);

    /// <summary>The intensity of a value, rounded to nearest and clamped to 0…255; NaN is 0.</summary>
    /// <param name="value">The value.</param>
    public byte ToByte(float value)
    {
        var scaled = (value - Low) / (High - Low) * 255;
        return double.IsNaN(scaled) ? (byte)0 : (byte)Math.Clamp(Math.Round(scaled), 0, 255);
    }

    internal void Check(string name)
    {
        if (!double.IsFinite(Low) || !double.IsFinite(High) || !(High > Low))
        {
            throw new ArgumentException($"Expected a finite range with Low < High; got [{Low}, {High}]. Use PixelRange.Unit for [0, 1] or PixelRange.Symmetric for [−1, 1].", name);
        }
    }
}
