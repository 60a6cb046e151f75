using System.Text;
using TorchSharp;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>A drawing as one SVG file that needs nothing else: for a README, a slide, a paper. It follows the light or dark setting of its viewer.</summary>
public sealed class Figure
{
    private const int PriorSamples = 50_000;
    private readonly string _svg;

    internal Figure(string svg) => _svg = svg;

    /// <summary>Draws codes by class over the regions that hold 50, 80 and 95 % of the prior; more than two dimensions along the two directions of largest variance, one dimension along the diagonal.</summary>
    /// <param name="codes"><c>[n, d]</c> with n ≥ 1, such as <c>trainer.Model.Encode(x)</c>.</param>
    /// <param name="prior">The prior, of dimension d.</param>
    /// <param name="labels">The class of each code, 0 to 255; no classes when <see langword="null"/>.</param>
    /// <param name="classNames">The names of classes 0, 1, …; their numbers when <see langword="null"/>.</param>
    /// <param name="seed">Of the prior samples that the regions come from.</param>
    /// <exception cref="ArgumentException">The codes are no matrix of the prior's dimension, or labels do not fit.</exception>
    public static Figure Codes(torch.Tensor codes, IPrior prior, IReadOnlyList<int>? labels = null, IReadOnlyList<string>? classNames = null, long seed = 1)
    {
        ArgumentNullException.ThrowIfNull(prior);
        var points = LatentCodes.From(codes);
        if (points.Dimension != prior.Dimension || points.Count < 1)
        {
            throw new ArgumentException($"Expected codes of shape [n, {prior.Dimension}] with n ≥ 1, as the prior has {prior.Dimension} dimensions; got [{string.Join(", ", codes.shape)}].", nameof(codes));
        }

        if (labels is not null && (labels.Count != points.Count || labels.Any(label => label is < 0 or > 255)))
        {
            throw new ArgumentException($"Expected a label between 0 and 255 for each of {points.Count} codes; got {labels.Count} labels.", nameof(labels));
        }

        if (classNames is not null)
        {
            Guard.CheckItems(classNames, nameof(classNames));
        }

        if (labels is { Count: > 0 } && classNames is not null && labels.Max() >= classNames.Count)
        {
            throw new ArgumentException($"Expected a name for each class up to {labels.Max()}; got {classNames.Count} names.", nameof(classNames));
        }

        using var generator = new torch.Generator((ulong)seed, torch.CPU);
        using var samples = prior.Sample(PriorSamples, generator);
        return new Figure(LatentFigure.Draw([(points, "")], LatentCodes.From(samples), labels ?? [], classNames ?? LatentFigure.Numbers(labels)));
    }

    /// <summary>Draws curves with a legend.</summary>
    /// <param name="title">Read to those who cannot see the picture.</param>
    /// <param name="x">What is measured across, with its unit.</param>
    /// <param name="y">What is measured upwards, with its unit.</param>
    /// <param name="curves">Each with its name and points; it is interrupted where a value is not finite or, on a logarithmic axis, not positive.</param>
    /// <param name="logarithmic">Whether the vertical axis is logarithmic.</param>
    public static Figure Curves(string title, string x, string y, IReadOnlyList<(string Name, IReadOnlyList<(double X, double Y)> Points)> curves, bool logarithmic = false)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(curves);
        if (curves.Any(curve => curve.Name is null || curve.Points is null))
        {
            throw new ArgumentException("Expected curves with names and points, but one has null in their place. Give an empty text or an empty list.", nameof(curves));
        }

        var all = curves.SelectMany(curve => curve.Points).ToArray();
        var plot = new SvgPlot(title, PlotAxis.Around(x, all.Select(point => point.X)), PlotAxis.Around(y, all.Select(point => point.Y), logarithmic ? AxisScale.Log : null), 720, 420);
        foreach (var (n, (name, points)) in curves.Index())
        {
            plot.Add(new LineLayer([.. points.Select(point => point.X)], [.. points.Select(point => point.Y)], Palette.Series(n)));
            plot.AddLegend(new LegendEntry(name, Palette.Series(n)));
        }

        return new Figure(LatentFigure.Standalone(plot.ToSvg()));
    }

    /// <summary>The file as text.</summary>
    public override string ToString() => _svg;

    /// <summary>Writes the file; an existing one is replaced as a whole.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(_svg));
}
