namespace WassersteinAutoEncoders.Reporting;

/// <summary>The colours of classes and series: ten that people with any common colour vision can tell apart, for a light and for a dark ground.</summary>
/// <remarks>The light ones are the ten-colour sequence of Petroff, Accessible Color Sequences for Data Visualization (arXiv 2107.02270); the dark ones begin from their hues and were moved apart under simulated colour vision deficiencies, each with a contrast of at least 3 to the ground.</remarks>
internal static class Palette
{
    private static readonly int[] LightHex = [0x3f90da, 0xffa90e, 0xbd1f01, 0x94a4a2, 0x832db6, 0xa96b59, 0xe76300, 0xb9ac70, 0x717581, 0x92dadd];
    private static readonly int[] DarkHex = [0x96aeff, 0xfdb500, 0xbd473d, 0xb2d0c4, 0xa862f8, 0xb29196, 0xeb7104, 0xfff98d, 0x676d99, 0xd9ffff];

    /// <summary>The colours for a light ground.</summary>
    public static IReadOnlyList<Rgb> Light { get; } = [.. LightHex.Select(Rgb.FromHex)];

    /// <summary>The same for a dark ground.</summary>
    public static IReadOnlyList<Rgb> Dark { get; } = [.. DarkHex.Select(Rgb.FromHex)];

    /// <summary>The colour of a class or series, ≥ 0; after ten they begin again.</summary>
    public static PlotColour Series(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var n = index % LightHex.Length;
        return new PlotColour("--c" + (char)('0' + n), Light[n]);
    }

    /// <summary>The colour of what a class or series is compared with: the prior above all.</summary>
    public static PlotColour Reference { get; } = new("--ref", Rgb.FromHex(0x586172));
}

/// <summary>A colour that a page's style sheet may change, for its dark form above all.</summary>
internal sealed record PlotColour(string Variable, Rgb Fallback)
{
    /// <summary>As a CSS value.</summary>
    public override string ToString() => $"var({Variable},{Fallback})";
}

/// <summary>A colour in sRGB.</summary>
internal readonly record struct Rgb(byte R, byte G, byte B)
{
    /// <summary>Reads <c>0xRRGGBB</c>.</summary>
    public static Rgb FromHex(int value) => new((byte)(value >> 16), (byte)(value >> 8), (byte)value);

    /// <summary>Such as <c>#0072b2</c>.</summary>
    public override string ToString() => $"#{R:x2}{G:x2}{B:x2}";
}
