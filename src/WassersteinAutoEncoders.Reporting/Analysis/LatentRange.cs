namespace WassersteinAutoEncoders.Reporting;

/// <summary>One range for every latent axis of a report: dimensions can be compared, and a slider over the epochs moves codes and not axes.</summary>
internal static class LatentRange
{
    /// <summary>Holds the prior and 99.5 % of the last codes, but no more than three times the prior, so that a few far codes do not shrink everything else.</summary>
    public static (double Low, double High) Of(LatentCodes? prior, LatentCodes? codes)
    {
        var (low, high) = prior is null ? Quantiles(codes) : PriorFigures.Of(prior).Quantiles;
        if (prior is not null && codes is not null)
        {
            var (codesLow, codesHigh) = Quantiles(codes);
            var width = high - low;
            // In steps of a tenth of the prior's width, so that the range stays the same from one epoch to the next.
            low -= Math.Clamp(Math.Ceiling(10 * (low - codesLow) / width), 0, 10) * width / 10;
            high += Math.Clamp(Math.Ceiling(10 * (codesHigh - high) / width), 0, 10) * width / 10;
        }
        var margin = 0.08 * (high - low);
        return high > low ? (low - margin, high + margin) : (low - 1, low + 1);
    }

    /// <summary>Between which values all but a thousandth of the coordinates lie.</summary>
    public static (double Low, double High) Quantiles(LatentCodes? codes)
    {
        float[] values = [.. (codes?.Values ?? []).Where(float.IsFinite)];
        if (values.Length == 0)
        {
            return (-1, 1);
        }

        Array.Sort(values);
        // Of a coordinate's values, not of the largest in a row: a point leaves the picture by any of its coordinates.
        var cut = (int)(0.0005 * values.Length);
        return (values[cut], values[^(cut + 1)]);
    }
}
