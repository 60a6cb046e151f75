namespace WassersteinAutoEncoders.Kernels;

/// <summary>Checks of the scales of kernel mixtures.</summary>
internal static class KernelScales
{
    /// <summary>A read-only copy of at least one finite positive scale.</summary>
    public static IReadOnlyList<double> Check(IEnumerable<double> scales, string name)
    {
        double[] copy = [.. scales];
        if (copy.Length == 0)
        {
            throw new ArgumentException($"Expected at least one scale, but '{name}' is empty. Pass one, for instance [1.0].", name);
        }

        foreach (var scale in copy)
        {
            Guard.CheckPositive(scale, name);
        }

        return Array.AsReadOnly(copy);
    }

    /// <summary>The same in float32, where they must be representable as well.</summary>
    public static float[] ToSingle(double[] values, string name)
        => [.. values.Select(v => float.IsNormal((float)v)
            ? (float)v
            : throw new ArgumentOutOfRangeException(name, v, $"Expected the scales that '{name}' gives to lie in the range of float32 (about 1e-38 to 3e38). Rescale the codes."))];
}
