using System.Xml.Linq;
using FsCheck.Xunit;

namespace WassersteinAutoEncoders.Reporting.Tests.Plots;

public class MarkupTests
{
    [Property(MaxTest = 300)]
    public bool Encoded_text_survives_XML(string text)
    {
        text = string.Concat((text ?? "").EnumerateRunes());
        var element = XElement.Parse($"<t a=\"{Markup.Encode(text)}\">{Markup.Encode(text)}</t>", LoadOptions.PreserveWhitespace);
        var expected = string.Concat(text.Select(c => c is < ' ' and not ('\t' or '\n' or '\r') or (>= '\x7F' and <= '\x9F') or '\uFFFE' or '\uFFFF' ? '\uFFFD' : c));
        // XML reads every line end as a line feed.
        return element.Value == expected.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
    }

    [Theory]
    [InlineData("<script>", "&lt;script&gt;")]
    [InlineData("\"'&", "&quot;&#39;&amp;")]
    [InlineData(null, "")]
    public void Hostile_text_is_encoded(string? text, string expected) => Assert.Equal(expected, Markup.Encode(text));

    [Fact]
    public void What_XML_cannot_hold_is_replaced() => Assert.Equal("\uFFFD\uFFFD\uFFFD", Markup.Encode(new string(['\0', '\u001B', '\uD800'])));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-0.0, "0")]
    [InlineData(123.456, "123.5")]
    [InlineData(-0.0123456, "−0.01235")]
    [InlineData(1234567, "1.235·10⁶")]
    [InlineData(-1e-7, "−1·10⁻⁷")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "−∞")]
    public void Numbers_are_for_people(double value, string expected) => Assert.Equal(expected, Markup.Number(value));

    [Theory]
    [InlineData(-0.0049, "0.00")]
    [InlineData(-0.005001, "−0.01")]
    [InlineData(12, "12.00")]
    public void Fixed_numbers_have_no_negative_zero(double value, string expected) => Assert.Equal(expected, Markup.Fixed(value, 2));
}
