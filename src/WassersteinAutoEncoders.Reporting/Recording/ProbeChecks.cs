using System.Globalization;
using System.Security.Cryptography;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>Finds out before a run, and not after its first epoch, that a probe cannot be used.</summary>
internal static class ProbeChecks
{
    public static void Check(ReportProbe probe, ReportOptions options)
    {
        ArgumentNullException.ThrowIfNull(probe.Prior, nameof(probe));
        if (probe.Prior.Dimension is < 1 or > int.MaxValue)
        {
            throw new ArgumentException($"Expected a prior of at least one dimension; got {probe.Prior.Dimension}. Give the probe the prior that the model is trained for.", nameof(probe));
        }

        if (probe.Images is { } images)
        {
            Check(images);
        }

        if (probe.Codes is { } codes)
        {
            Check(codes, options);
        }
    }

    /// <summary>A name of what is asked of a model: equal ones give pictures and codes that can be compared.</summary>
    public static string Name(ReportProbe probe, ReportOptions options, TilePicture? inputs)
    {
        var images = inputs is null ? "" : Convert.ToHexString(SHA256.HashData(inputs.Png));
        var codes = probe.Codes is { } asked ? Math.Min(options.MaxCodes, asked.Inputs.shape[0]) : 0;
        return string.Create(CultureInfo.InvariantCulture, $"{probe.Prior.Dimension} {codes} {options.Samples} {options.ManifoldSize} {options.Seed} {images}");
    }

    public static IReadOnlyList<string> ClassNames(CodeProbe? codes)
    {
        if (codes?.Labels is not { Count: > 0 } labels)
        {
            return [];
        }

        return codes.ClassNames ?? [.. Enumerable.Range(0, labels.Max() + 1).Select(n => n.ToString(CultureInfo.InvariantCulture))];
    }

    private static void Check(ImageProbe images)
    {
        Guard.CheckTensor(images.Images, nameof(images));
        images.Range.Check(nameof(images));
        var shape = images.Shape;
        if (shape.Channels is not (1 or 3) || shape.Height < 1 || shape.Width < 1)
        {
            throw new ArgumentException($"Expected images of 1 or 3 channels and at least one pixel; got {shape.Channels}×{shape.Height}×{shape.Width} (channels, height, width).", nameof(images));
        }

        var size = images.Images.shape;
        if (size.Length < 2 || size[0] < 1 || images.Images.numel() / size[0] != shape.Channels * shape.Height * shape.Width)
        {
            throw new ArgumentException($"Expected at least one image of {shape.Channels}×{shape.Height}×{shape.Width} values (channels, height, width); got a tensor of shape [{string.Join(", ", size)}].", nameof(images));
        }
    }

    private static void Check(CodeProbe codes, ReportOptions options)
    {
        Guard.CheckTensor(codes.Inputs, nameof(codes));
        var size = codes.Inputs.shape;
        if (size.Length < 2 || size[0] < 2)
        {
            throw new ArgumentException($"Expected at least two inputs to encode, [n, …]; got a tensor of shape [{string.Join(", ", size)}].", nameof(codes));
        }

        if (codes.Labels is not { } labels)
        {
            return;
        }

        if (labels.Count != size[0])
        {
            throw new ArgumentException($"Expected a label for each of {size[0]} inputs; got {labels.Count}.", nameof(codes));
        }

        var used = labels.Take(options.MaxCodes).ToArray();
        if (used.Any(label => label < 0 || label > 255))
        {
            throw new ArgumentException($"Expected labels between 0 and 255; got {used.First(label => label < 0 || label > 255)}. Leave the labels out where there are more classes than colours can tell apart.", nameof(codes));
        }

        if (codes.ClassNames is { } names && labels.Max() >= names.Count)
        {
            throw new ArgumentException($"Expected a name for each class up to {labels.Max()}; got {names.Count} names.", nameof(codes));
        }
    }
}
