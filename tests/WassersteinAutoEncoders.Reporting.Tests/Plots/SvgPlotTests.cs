using System.Globalization;
using System.Xml.Linq;

namespace WassersteinAutoEncoders.Reporting.Tests.Plots;

public class SvgPlotTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Every_layer_together_is_well_formed_and_hostile_text_stays_text()
    {
        const string hostile = "</svg><script>alert('x')</script>\"&\0";
        var plot = new SvgPlot(hostile, new PlotAxis(hostile, 0, 10), new PlotAxis(hostile, 0.1, 100, AxisScale.Log))
            .Add(new RegionLayer([[1, 1, 5, 1, 5, 50]], Palette.Reference))
            .Add(new LineLayer([0, 1, 2, 3, 4, 5], [1, double.NaN, 3, -1, 5, double.PositiveInfinity], Palette.Series(0), Dashes: hostile, Markers: true))
            .Add(new PointLayer([0, 99, double.NaN], [1, -5, 2], Palette.Series(12)))
            .Add(new BarLayer(0, 10, [1, 0, 5, double.NaN], Palette.Series(1)))
            .Add(new TextLayer(3, 4, hostile))
            .AddLegend(new LegendEntry(hostile, Palette.Series(0), hostile))
            .AddLegend(new LegendEntry(new string('m', 80), Palette.Series(1), Filled: true));
        var document = XDocument.Parse(plot.ToSvg());
        Assert.Empty(document.Descendants(Svg + "script"));
        Assert.Equal(hostile.Replace('\0', '\uFFFD'), document.Root!.Attribute("aria-label")!.Value);
        Assert.DoesNotContain("NaN", plot.ToSvg().Replace("Infinity", "NaN", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Points_land_where_the_axes_say()
    {
        var plot = new SvgPlot("t", new PlotAxis("x", -1, 3), new PlotAxis("y", 1, 100, AxisScale.Log));
        var frame = plot.Frame;
        Assert.Equal(frame.Left, frame.MapX(-1), Tolerances.Float64);
        Assert.Equal(frame.Right, frame.MapX(3), Tolerances.Float64);
        Assert.Equal(frame.Bottom, frame.MapY(1), Tolerances.Float64);
        Assert.Equal(frame.Top + frame.Height / 2, frame.MapY(10), Tolerances.Float64);
    }

    [Fact]
    public void Numbers_do_not_follow_the_culture()
    {
        var plot = new SvgPlot("t", new PlotAxis("x", 0, 1), new PlotAxis("y", 0, 1)).Add(new LineLayer([0.25, 0.75], [0.5, 0.125], Palette.Series(0)));
        var expected = plot.ToSvg();
        var before = CultureInfo.CurrentCulture;
        try
        {
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat = new NumberFormatInfo { NumberDecimalSeparator = ",", NegativeSign = "~", NumberGroupSeparator = "." };
            CultureInfo.CurrentCulture = comma;
            Assert.Equal(expected, plot.ToSvg());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Axes_that_cannot_be_drawn_are_refused()
    {
        var good = new PlotAxis("", 0, 1);
        Assert.Throws<ArgumentException>(() => new SvgPlot("", good, new PlotAxis("", 1, 1)));
        Assert.Throws<ArgumentException>(() => new SvgPlot("", good, new PlotAxis("", double.NaN, 1)));
        Assert.Throws<ArgumentException>(() => new SvgPlot("", new PlotAxis("", 0, 1, AxisScale.Log), good));
    }

    [Fact]
    public void An_axis_around_nothing_or_one_value_can_be_drawn()
    {
        foreach (var scale in (AxisScale[])[AxisScale.Linear, AxisScale.Log, new SymmetricLogScale(1)])
        {
            foreach (var values in (double[][])[[], [double.NaN], [0], [5], [-3], [1e300, -1e300], [1, 2, 3]])
            {
                var plot = new SvgPlot("", PlotAxis.Around("", values, scale), new PlotAxis("", 0, 1));
                Assert.NotNull(XDocument.Parse(plot.ToSvg()));
            }
        }
    }

    [Fact]
    public void A_file_is_written_whole()
    {
        using var folder = new TemporaryFolder();
        Figure.Curves("t", "x", "y", [("a", [(0, 1), (1, double.NaN), (2, 3)])]).Save(folder.File("a.svg"));
        Assert.NotNull(XDocument.Load(folder.File("a.svg")));
        Assert.Equal(["a.svg"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }
}
