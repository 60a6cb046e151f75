using System.Text;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>The colours of a page, on a light and on a dark ground, by name of their CSS custom property.</summary>
internal static class Theme
{
    /// <summary>Name, light, dark.</summary>
    public static IReadOnlyList<(string Name, string Light, string Dark)> Colours { get; } =
    [
        ("--page", "#f3f5f8", "#10131a"),
        ("--card", "#ffffff", "#1a1f29"),
        ("--ink", "#1d2430", "#e9edf3"),
        ("--ink-2", "#56606f", "#a7b1c0"),
        ("--grid", "#e3e7ed", "#2d3543"),
        ("--axis", "#9aa3b0", "#566173"),
        ("--line", "#dde2e9", "#2a3240"),
        ("--accent", "#1f5fae", "#7db4f5"),
        ("--ref", "#586172", "#b4bdca"),
        ("--good", "#1a6e44", "#5ccb94"),
        ("--good-bg", "#e6f4ec", "#15291f"),
        ("--caution", "#8a5200", "#f2b04d"),
        ("--caution-bg", "#fdf3e0", "#2d2413"),
        ("--bad", "#b3202a", "#ff8078"),
        ("--bad-bg", "#fdecec", "#33191b"),
        ("--neutral", "#56606f", "#a7b1c0"),
        ("--neutral-bg", "#eef1f5", "#222936"),
        .. Enumerable.Range(0, Palette.Light.Count).Select(n => ($"--c{n}", Palette.Light[n].ToString(), Palette.Dark[n].ToString())),
    ];

    /// <summary>Rules that follow the system's preference unless the page's switch says otherwise.</summary>
    public static string ToCss()
    {
        var light = Declarations(colour => colour.Light);
        var dark = Declarations(colour => colour.Dark);
        return $":root{{color-scheme:light;{light}}}\n@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n:root[data-theme=dark]{{color-scheme:dark;{dark}}}\n";
    }

    private static string Declarations(Func<(string Name, string Light, string Dark), string> choose)
    {
        var css = new StringBuilder();
        foreach (var colour in Colours)
        {
            css.Append(colour.Name).Append(':').Append(choose(colour)).Append(';');
        }

        return css.ToString();
    }
}
