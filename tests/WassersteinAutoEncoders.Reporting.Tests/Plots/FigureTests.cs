using System.Xml.Linq;
using TorchSharp;
using WassersteinAutoEncoders.Priors;

namespace WassersteinAutoEncoders.Reporting.Tests.Plots;

public class FigureTests
{
    [Theory]
    [InlineData(1, "z0")]
    [InlineData(2, "z0")]
    [InlineData(5, "principal component 1")]
    public void Codes_are_dots_of_their_class_over_the_prior(int dimension, string axis)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(3, torch.CPU);
        var codes = torch.randn(60, dimension, generator: generator);
        var svg = XDocument.Parse(Figure.Codes(codes, new GaussianPrior(dimension), [.. Enumerable.Range(0, 60).Select(i => i % 3)], ["a", "<b>", "c"]).ToString());
        var points = svg.Descendants().Where(node => (string?)node.Attribute("class") == "points").ToArray();
        Assert.Equal(3, points.Length);
        Assert.All(points, path => Assert.Equal(20, ((string)path.Attribute("d")!).Count(c => c == 'M')));
        Assert.Equal(3, svg.Descendants().Count(node => (string?)node.Attribute("class") == "region"));
        Assert.Contains(svg.Descendants(), node => node.Value == axis);
        Assert.Equal(2, svg.Descendants().Count(node => node.Name.LocalName == "text" && node.Value == "<b>"));
    }

    [Fact]
    public void Curves_without_texts_or_points_are_refused()
    {
        Assert.Throws<ArgumentNullException>("x", () => Figure.Curves("title", null!, "y", []));
        Assert.Throws<ArgumentNullException>("y", () => Figure.Curves("title", "x", null!, []));
        Assert.Throws<ArgumentException>("curves", () => Figure.Curves("title", "x", "y", [(null!, [])]));
        Assert.Throws<ArgumentException>("curves", () => Figure.Curves("title", "x", "y", [("name", null!)]));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        var codes = torch.zeros(4, 2);
        Assert.Throws<ArgumentException>(() => Figure.Codes(codes, new GaussianPrior(3)));
        Assert.Throws<ArgumentException>(() => Figure.Codes(codes, new GaussianPrior(2), [1]));
        Assert.Throws<ArgumentException>(() => Figure.Codes(codes, new GaussianPrior(2), [0, 1, 2, 3], ["a"]));
        Assert.Throws<ArgumentException>(() => Figure.Codes(torch.zeros([0, 2]), new GaussianPrior(2)));
        Assert.Throws<ArgumentException>(() => Figure.Codes(torch.zeros([4, 2, 2]), new GaussianPrior(2)));
    }

    [Fact]
    public void An_animation_shows_each_epoch_once_and_the_last_without_animation()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        var model = new Support.SyntheticModel(2, 1, Support.SyntheticRun.Side);
        using var recorder = new ReportRecorder(folder.File("r.html"), Support.SyntheticRun.Probe(2, 50), new ReportOptions { MaxTimeShare = 1 });
        Assert.Throws<InvalidOperationException>(recorder.Animate);
        recorder.Start(3, model);
        for (var epoch = 1; epoch <= 3; epoch++)
        {
            recorder.CompleteEpoch(epoch, epoch, [], TimeSpan.Zero, model);
        }

        var svg = XDocument.Parse(recorder.Animate().ToString());
        Assert.Equal(3, svg.Descendants().Count(node => (string?)node.Attribute("class") == "f"));
        Assert.Contains("epoch 3", Assert.Single(svg.Descendants(), node => (string?)node.Attribute("class") == "l").Value, StringComparison.Ordinal);
    }
}
