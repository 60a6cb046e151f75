using System.Globalization;
using WassersteinAutoEncoders.Reporting.Analysis;
using WassersteinAutoEncoders.Reporting.Imaging;
using WassersteinAutoEncoders.Reporting.Model;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Reporting.Plots;

/// <summary>The latent space over the epochs of a run as an animated PNG, which browsers and most viewers of README files play.</summary>
public static class LatentAnimation
{
    /// <summary>Draws a frame for each snapshot of a report.</summary>
    /// <param name="report">A report with codes in at least one snapshot.</param>
    /// <param name="size">Width and height in pixels, ≥ 160; default 420.</param>
    /// <param name="dark">Whether the ground is dark.</param>
    /// <returns>A complete file. More than two dimensions are drawn along the two principal components of the last epoch.</returns>
    /// <exception cref="ArgumentException">No snapshot has codes, or they have one dimension only.</exception>
    public static byte[] Encode(TrainingReport report, int size = 420, bool dark = false)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 160);
        EpochSnapshot[] snapshots = [.. report.Snapshots.Where(snapshot => snapshot.Codes is { Dimension: > 1 })];
        if (snapshots.Length == 0)
        {
            throw new ArgumentException("Expected a report whose snapshots hold codes of two or more dimensions; got none. Give the report's probe a CodeProbe.", nameof(report));
        }

        var last = snapshots[^1].Codes!;
        var axes = last.Dimension > 2 ? PrincipalAxes.Of(last) : null;
        var prior = report.Prior is null ? null : Plane(report.Prior);
        var ground = new LatentGround(
            size, LatentRange.Of(prior, Plane(last)), axes is null ? ("z0", "z1") : LatentPlot.PrincipalLabels, report.Labels.Count > 0 ? report.ClassNames : [], dark);
        if (prior is not null)
        {
            ground.Shade(prior.Column(0), prior.Column(1));
        }

        RasterImage[] frames = [.. snapshots.Select(snapshot => Frame(Plane(snapshot.Codes!), snapshot.Epoch))];
        var duration = TimeSpan.FromMilliseconds(Math.Clamp(8000.0 / frames.Length, 60, 500));
        return AnimatedPng.Encode(frames, duration, TimeSpan.FromSeconds(2), still: frames[^1]);

        LatentCodes Plane(LatentCodes codes) => axes?.Plane(codes) ?? codes;

        RasterImage Frame(LatentCodes codes, int epoch)
            => ground.Draw(codes.Column(0), codes.Column(1), report.Labels, "epoch " + epoch.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Writes the animation to a file, through a temporary file beside it.</summary>
    /// <param name="report">A report with codes in at least one snapshot.</param>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="size">Width and height in pixels, ≥ 160; default 420.</param>
    /// <param name="dark">Whether the ground is dark.</param>
    /// <exception cref="ArgumentException">No snapshot has codes, or they have one dimension only.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(TrainingReport report, string path, int size = 420, bool dark = false)
        => AtomicFile.WriteAllBytes(path, Encode(report, size, dark));
}
