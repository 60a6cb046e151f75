
namespace WassersteinAutoEncoders.Reporting.Tests.Plots;

public class PaletteTests
{
    // Machado, Oliveira and Fernandes, A Physiologically-based Model for Simulation of Color Vision Deficiency (2009), severity 1.
    private static readonly double[][] Visions =
    [
        [1, 0, 0, 0, 1, 0, 0, 0, 1],
        [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
        [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881],
    ];

    public static TheoryData<bool> Grounds => [false, true];

    [Theory]
    [MemberData(nameof(Grounds))]
    public void Colours_can_be_told_apart_with_every_common_colour_vision(bool dark)
    {
        var colours = dark ? Palette.Dark : Palette.Light;
        foreach (var vision in Visions)
        {
            var seen = colours.Select(colour => Oklab(Apply(vision, Linear(colour)))).ToArray();
            for (var a = 0; a < seen.Length; a++)
            {
                for (var b = a + 1; b < seen.Length; b++)
                {
                    var distance = Math.Sqrt(seen[a].Zip(seen[b], (p, q) => (p - q) * (p - q)).Sum());
                    // About two just noticeable differences of dots this small; names at the classes' middles say the same in words.
                    Assert.True(distance > 0.04, $"{colours[a]} and {colours[b]} are {distance:F3} apart.");
                }
            }
        }
    }

    [Fact]
    public void Text_stands_out_from_its_ground_in_both_themes()
    {
        var byName = Theme.Colours.ToDictionary(colour => colour.Name);
        foreach (var (text, ground) in (ReadOnlySpan<(string, string)>)
            [("--ink", "--card"), ("--ink", "--page"), ("--ink-2", "--card"), ("--ink-2", "--page"), ("--accent", "--card"), ("--card", "--accent"),
             ("--ink", "--good-bg"), ("--ink", "--caution-bg"), ("--ink", "--bad-bg"), ("--ink", "--neutral-bg"), ("--card", "--ink"),
             ("--card", "--good"), ("--card", "--caution"), ("--card", "--bad"), ("--card", "--neutral")])
        {
            // 4.5 is level AA of the Web Content Accessibility Guidelines.
            Assert.True(Contrast(byName[text].Light, byName[ground].Light) >= 4.5, $"{text} on {ground}, light");
            Assert.True(Contrast(byName[text].Dark, byName[ground].Dark) >= 4.5, $"{text} on {ground}, dark");
        }
    }

    private static double Contrast(string a, string b)
    {
        var (x, y) = (Luminance(a), Luminance(b));
        return (Math.Max(x, y) + 0.05) / (Math.Min(x, y) + 0.05);
    }

    private static double Luminance(string hex)
    {
        var linear = Linear(Rgb.FromHex(Convert.ToInt32(hex[1..], 16)));
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    }

    private static double[] Linear(Rgb colour)
        => [.. new[] { colour.R, colour.G, colour.B }.Select(v => v / 255.0).Select(v => v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4))];

    private static double[] Apply(double[] matrix, double[] colour)
        => [.. Enumerable.Range(0, 3).Select(row => Math.Clamp(matrix[3 * row] * colour[0] + matrix[3 * row + 1] * colour[1] + matrix[3 * row + 2] * colour[2], 0, 1))];

    /// <summary>Ottosson, A perceptual color space for image processing (2020).</summary>
    private static double[] Oklab(double[] c)
    {
        var l = Math.Cbrt(0.4122214708 * c[0] + 0.5363325363 * c[1] + 0.0514459929 * c[2]);
        var m = Math.Cbrt(0.2119034982 * c[0] + 0.6806995451 * c[1] + 0.1073969566 * c[2]);
        var s = Math.Cbrt(0.0883024619 * c[0] + 0.2817188376 * c[1] + 0.6299787005 * c[2]);
        return
        [
            0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
        ];
    }
}
