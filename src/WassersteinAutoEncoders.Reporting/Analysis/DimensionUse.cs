using System.Globalization;
using WassersteinAutoEncoders.Metrics;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>How many of the latent dimensions the codes vary in.</summary>
internal sealed record DimensionUse(int All, IReadOnlyList<int> Collapsed, int Directions)
{
    /// <summary>Of a report's last codes, compared with the prior; without a diagnosis, by single dimensions alone.</summary>
    public static DimensionUse Of(IReadOnlyList<DimensionFigures> figures, CodeMatch? match)
        => new(figures.Count, [.. figures.Where(figure => figure.Collapsed).Select(figure => figure.Dimension)], match?.CollapsedDirections ?? 0);

    /// <summary>Directions across dimensions: each is a dimension that others repeat.</summary>
    public int Repeated => Math.Max(0, Directions - Collapsed.Count);

    public int Used => All - Collapsed.Count - Repeated;

    public Health Health => DifferenceSize.OfDimensions(Used, All).Health();

    public string Share => string.Create(CultureInfo.InvariantCulture, $"{Used} of {All}");

    public string Detail => (Collapsed.Count, Repeated) switch
    {
        (0, 0) => "none collapsed",
        (_, 0) => $"collapsed: {Names(Collapsed)}",
        (0, _) => Repeats,
        _ => $"collapsed: {Names(Collapsed)}; {Repeats}",
    };

    private string Repeats => string.Create(CultureInfo.InvariantCulture, $"{Repeated} that repeat{(Repeated == 1 ? "s" : "")} others");

    /// <summary>At most six names of dimensions, which count from 0 as in a tensor.</summary>
    public static string Names(IReadOnlyCollection<int> dimensions)
        => string.Join(", ", dimensions.Take(6).Select(d => "z" + d.ToString(CultureInfo.InvariantCulture)))
            + (dimensions.Count > 6 ? string.Create(CultureInfo.InvariantCulture, $" and {dimensions.Count - 6} more") : "");
}
