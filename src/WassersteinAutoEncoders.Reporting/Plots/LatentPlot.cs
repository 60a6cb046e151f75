using WassersteinAutoEncoders.Reporting.Analysis;
using WassersteinAutoEncoders.Reporting.Imaging;
using WassersteinAutoEncoders.Reporting.Model;

namespace WassersteinAutoEncoders.Reporting.Plots;

/// <summary>Draws codes by class over the prior's density, as a PNG for a README or a slide.</summary>
public static class LatentPlot
{
    /// <summary>Draws two dimensions of some codes.</summary>
    /// <param name="codes">The codes.</param>
    /// <param name="options">Settings; defaults when <see langword="null"/>.</param>
    /// <returns>An RGB picture of <see cref="LatentPlotOptions.Size"/> pixels a side.</returns>
    /// <exception cref="ArgumentException">A dimension does not exist, labels are not as many as codes, or the range is empty.</exception>
    public static RasterImage Draw(LatentCodes codes, LatentPlotOptions? options = null)
    {
        options ??= new LatentPlotOptions();
        Check(codes, options);
        CheckDimension(options.X, codes, nameof(LatentPlotOptions.X));
        CheckDimension(options.Y, codes, nameof(LatentPlotOptions.Y));
        return Draw(codes, options, ($"z{options.X}", $"z{options.Y}"));
    }

    /// <summary>Draws codes along the two directions in which they vary most (principal components), and the prior along the same.</summary>
    /// <param name="codes">The codes; those of one or two dimensions are drawn as they are.</param>
    /// <param name="options">Settings, of which X and Y are passed over; defaults when <see langword="null"/>.</param>
    /// <returns>An RGB picture of <see cref="LatentPlotOptions.Size"/> pixels a side.</returns>
    /// <exception cref="ArgumentException">Labels are not as many as codes, the prior has another dimension, or the range is empty.</exception>
    public static RasterImage DrawPrincipal(LatentCodes codes, LatentPlotOptions? options = null)
    {
        options ??= new LatentPlotOptions();
        Check(codes, options);
        if (codes.Dimension <= 2)
        {
            return Draw(codes, options with { X = 0, Y = codes.Dimension - 1 });
        }

        var axes = PrincipalAxes.Of(codes);
        var prior = options.Prior is null ? null : axes.Plane(options.Prior);
        return Draw(axes.Plane(codes), options with { Prior = prior, X = 0, Y = 1 }, PrincipalLabels);
    }

    internal static (string X, string Y) PrincipalLabels => ("PC 1", "PC 2");

    private static RasterImage Draw(LatentCodes codes, LatentPlotOptions options, (string X, string Y) labels)
    {
        var range = options.Range ?? LatentRange.Of(options.Prior, codes);
        if (!double.IsFinite(range.Low) || !double.IsFinite(range.High) || !(range.High > range.Low))
        {
            throw new ArgumentException($"Expected a finite range with Low < High; got [{range.Low}, {range.High}].", nameof(options));
        }

        var ground = new LatentGround(options.Size, range, labels, options.Labels.Count > 0 ? options.ClassNames : [], options.Dark);
        if (options.Prior is not null)
        {
            ground.Shade(options.Prior.Column(options.X), options.Prior.Column(options.Y));
        }

        return ground.Draw(codes.Column(options.X), codes.Column(options.Y), options.Labels, options.Title);
    }

    private static void Check(LatentCodes codes, LatentPlotOptions options)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Size, 160);
        if (options.Labels.Count > 0 && options.Labels.Count != codes.Count)
        {
            throw new ArgumentException($"Expected a label for each of {codes.Count} codes; got {options.Labels.Count}.", nameof(options));
        }

        if (options.Labels.Any(label => label < 0))
        {
            throw new ArgumentException($"Expected labels ≥ 0; got {options.Labels.First(label => label < 0)}.", nameof(options));
        }

        if (options.Prior is { } prior && prior.Dimension != codes.Dimension)
        {
            throw new ArgumentException($"Expected prior samples of {codes.Dimension} dimensions, as the codes have; got {prior.Dimension}.", nameof(options));
        }
    }

    private static void CheckDimension(int dimension, LatentCodes codes, string name)
    {
        if (dimension < 0 || dimension >= codes.Dimension)
        {
            throw new ArgumentException($"Expected {name} to be one of the codes' {codes.Dimension} dimensions, 0 to {codes.Dimension - 1}; got {dimension}.", name);
        }
    }
}
