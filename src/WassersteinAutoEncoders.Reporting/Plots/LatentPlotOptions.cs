using WassersteinAutoEncoders.Reporting.Model;

namespace WassersteinAutoEncoders.Reporting.Plots;

/// <summary>Settings of a <see cref="LatentPlot"/>.</summary>
public sealed record LatentPlotOptions
{
    /// <summary>Samples of the prior, whose regions of highest density (50, 80 and 95 %) are shaded; ten thousand or more give smooth ones.</summary>
    /// <value>Default: none, nothing is shaded.</value>
    public LatentCodes? Prior { get; init; }

    /// <summary>The class of each code, ≥ 0.</summary>
    /// <value>Default: no classes, all dots have one colour.</value>
    public IReadOnlyList<int> Labels { get; init; } = [];

    /// <summary>The names of classes 0, 1, …, for the legend below the plot, if it takes no more than three rows, and at the middle of each class, where classes are far enough apart; no names are written for classes beyond.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The dimension drawn across, from 0.</summary>
    /// <value>Default 0.</value>
    public int X { get; init; }

    /// <summary>The dimension drawn upwards, from 0.</summary>
    /// <value>Default 1.</value>
    public int Y { get; init; } = 1;

    /// <summary>The ends of both axes.</summary>
    /// <value>Default: so that the prior and nearly all codes are inside. Codes beyond are drawn at the edge.</value>
    public (double Low, double High)? Range { get; init; }

    /// <summary>Width and height of the picture in pixels.</summary>
    /// <value>≥ 160; default 480.</value>
    public int Size { get; init; } = 480;

    /// <summary>Text above the plot: Latin letters, digits and common signs.</summary>
    /// <value>Default: none.</value>
    public string Title { get; init; } = "";

    /// <summary>Whether the ground is dark.</summary>
    /// <value>Default: it is light.</value>
    public bool Dark { get; init; }
}
