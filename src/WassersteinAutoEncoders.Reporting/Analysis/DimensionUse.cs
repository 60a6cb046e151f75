using System.Globalization;
using WassersteinAutoEncoders.Reporting.Model;

namespace WassersteinAutoEncoders.Reporting.Analysis;

/// <summary>How many of the latent dimensions the codes vary in.</summary>
/// <param name="All">The latent dimensions.</param>
/// <param name="Collapsed">Those that hardly vary.</param>
/// <param name="Directions">Directions, along dimensions or across them, in which the codes hardly vary.</param>
internal sealed record DimensionUse(int All, IReadOnlyList<int> Collapsed, int Directions)
{
    /// <summary>Of a report's last codes, compared with the prior; without a diagnosis, by single dimensions alone.</summary>
    public static DimensionUse Of(IReadOnlyList<DimensionFigures> figures, CodeMatch? match)
        => new(figures.Count, [.. figures.Where(figure => figure.Collapsed).Select(figure => figure.Dimension)], match?.CollapsedDirections ?? 0);

    /// <summary>Directions across dimensions: each is a dimension that others repeat.</summary>
    public int Repeated => Math.Max(0, Directions - Collapsed.Count);

    public int Used => All - Collapsed.Count - Repeated;

    public Health Health => Used == All ? Health.Good : 2 * Used >= All ? Health.Caution : Health.Bad;

    public string Share => string.Create(CultureInfo.InvariantCulture, $"{Used} of {All}");

    public string Detail => (Collapsed.Count, Repeated) switch
    {
        (0, 0) => "none collapsed",
        (_, 0) => $"collapsed: {LatentHealth.Names(Collapsed)}",
        (0, _) => Repeats,
        _ => $"collapsed: {LatentHealth.Names(Collapsed)}; {Repeats}",
    };

    private string Repeats => string.Create(CultureInfo.InvariantCulture, $"{Repeated} that repeat{(Repeated == 1 ? "s" : "")} others");
}
