using System.Globalization;
using System.Text;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>Text and numbers on their way into SVG and HTML.</summary>
internal static class Markup
{
    /// <summary>Encodes text for element content and quoted attributes of XML and HTML alike; characters that XML cannot hold become U+FFFD.</summary>
    public static string Encode(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var result = new StringBuilder(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '<': result.Append("&lt;"); break;
                case '>': result.Append("&gt;"); break;
                case '&': result.Append("&amp;"); break;
                case '"': result.Append("&quot;"); break;
                case '\'': result.Append("&#39;"); break;
                case (< ' ' and not ('\t' or '\n' or '\r')) or 0xFFFE or 0xFFFF or (>= 0x7F and <= 0x9F): result.Append('\uFFFD'); break;
                default: result.Append(rune.ToString()); break;
            }
        }
        return result.ToString();
    }

    /// <summary>A coordinate, to a hundredth of a pixel.</summary>
    public static string Pixel(double value)
        => Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture) is var text && text == "-0" ? "0" : text;

    /// <summary>A number for people: <paramref name="digits"/> significant digits, a true minus sign, powers of ten beyond a million and below a thousandth.</summary>
    public static string Number(double value, int digits = 4)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
        }

        var magnitude = Math.Abs(value);
        if (magnitude == 0)
        {
            return "0";
        }

        string text;
        if (magnitude is >= 1e6 or < 1e-3)
        {
            var parts = value.ToString("0." + new string('#', digits - 1) + "e0", CultureInfo.InvariantCulture).Split('e');
            text = parts[0] + "·10" + Superscript(parts[1]);
        }
        else
        {
            var decimals = Math.Clamp(digits - 1 - (int)Math.Floor(Math.Log10(magnitude)), 0, 10);
            text = Math.Round(value, decimals).ToString(decimals == 0 ? "0" : "0." + new string('#', decimals), CultureInfo.InvariantCulture);
        }
        return text.Replace('-', '−');
    }

    /// <summary>A number to a fixed number of decimals, for figures that stand beside others of their kind.</summary>
    public static string Fixed(double value, int decimals)
        => !double.IsFinite(value) ? Number(value) : Math.Abs(value) >= 1000 ? Number(value, 3)
            : (Math.Round(value, decimals) + 0.0).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>An exponent in superscript digits.</summary>
    public static string Superscript(string exponent)
        => string.Concat(exponent.Select(c => c switch { '-' or '−' => '⁻', '1' => '¹', '2' => '²', '3' => '³', >= '0' and <= '9' => (char)('⁰' + (c - '0')), _ => c }));
}
