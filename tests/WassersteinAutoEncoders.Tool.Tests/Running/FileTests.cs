using WassersteinAutoEncoders.Training.Checkpoints;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tool.Tests.Running;

/// <summary><c>wae inspect</c> and <c>wae sample</c> on files of their own, of others, damaged and hostile.</summary>
public class FileTests
{
    private static string Train(TemporaryFolder folder, params string[] options)
    {
        HandMade.WriteMnist(folder, 300, 120);
        Wae.Succeed(["train", .. options, "--data-dir", folder.Path, "--no-checksum", "--max-steps", "1", "--threads", "1", "--out", folder.File("out")]);
        return folder.File("out/checkpoint.safetensors");
    }

    [Theory]
    [InlineData("--n-z", "2")]
    [InlineData("--pz", "sphere", "--encoder", "gaussian")]
    [InlineData("--network", "conv", "--dim-h", "4")]
    [InlineData("--preset", "review", "--dim-h", "4")]
    public void A_checkpoint_is_looked_into_and_drawn_from(params string[] options)
    {
        using var folder = new TemporaryFolder();
        var checkpoint = Train(folder, options);
        var text = Wae.Succeed("inspect", checkpoint, "--tensors");
        foreach (var expected in new[] { "checkpoint of a training run", "every byte fits the checksum", "wae train on data in MNIST's format, pictures of 1×28×28", "average/encoder", "optimizer", "every number is finite" })
        {
            Assert.Contains(expected, text, StringComparison.Ordinal);
        }

        var (first, second) = (folder.File("a.png"), folder.File("deep/b.png"));
        Wae.Succeed("sample", checkpoint, "--count", "20", "--out", first);
        Wae.Succeed("sample", checkpoint, "--count", "20", "--out", second, "--seed", "1");
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
        Wae.Succeed("sample", checkpoint, "--count", "20", "--out", second, "--seed", "2");
        Assert.NotEqual(File.ReadAllBytes(first), File.ReadAllBytes(second));
        if (options.Contains("2"))
        {
            Wae.Succeed("sample", checkpoint, "--grid", "5", "--out", folder.File("grid.png"));
        }
        else
        {
            Wae.Fail(1, "--grid needs two latent dimensions", "sample", checkpoint, "--grid", "5", "--out", folder.File("grid.png"));
        }
    }

    [Fact]
    public void Runs_are_compared_on_one_page()
    {
        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 300, 120);
        foreach (var divergence in new[] { "MMD", "sliced" })
        {
            Wae.Succeed("train", "-Dz", divergence, "--data-dir", folder.Path, "--no-checksum", "--max-steps", "3", "--threads", "1", "--out", folder.File("out-" + divergence));
        }

        var page = folder.File("compare.html");
        Assert.Contains("2 runs on one page", Wae.Succeed("compare", folder.File("out-MMD"), folder.File("out-sliced/report.html"), "--out", page), StringComparison.Ordinal);
        var html = File.ReadAllText(page);
        foreach (var expected in new[] { "out-MMD", "out-sliced", "SlicedWassersteinDivergence", "Settings that differ" })
        {
            Assert.Contains(expected, html, StringComparison.Ordinal);
        }

        Wae.Fail(1, "holds no data of a run", "compare", folder.File("out-MMD"), page, "--out", folder.File("again.html"));
        Wae.Fail(2, "--names must have a name for each of 2 runs", "compare", folder.File("out-MMD"), folder.File("out-sliced"), "--names", "a");
        Assert.Equal(2, Wae.Run("compare", folder.File("out-MMD")).Code);
    }

    [Fact]
    public void Weights_of_another_program_are_looked_into_but_not_drawn_from()
    {
        using var folder = new TemporaryFolder();
        using var module = nn.Linear(3, 2);
        var path = folder.File("weights.safetensors");
        ModuleWeights.Save(module, path);
        Assert.Contains("weights, ", Wae.Succeed("inspect", path), StringComparison.Ordinal);
        Wae.Fail(1, "it is no checkpoint of wae train", "sample", path);
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_a_failure()
    {
        using var folder = new TemporaryFolder();
        using var numbers = tensor([1f, float.NaN, float.PositiveInfinity]);
        var path = folder.File("weights.safetensors");
        SafetensorsFile.Write(path, new Dictionary<string, Tensor> { ["a/b"] = numbers }, new Dictionary<string, string>());
        var (code, text) = Wae.Run("inspect", path);
        Assert.Equal(1, code);
        Assert.Contains("2 numbers are not finite, in a/b", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(2000)]
    public void A_damaged_file_is_told_in_one_line(int at)
    {
        using var folder = new TemporaryFolder();
        var checkpoint = Train(folder);
        var bytes = File.ReadAllBytes(checkpoint);
        bytes[at] ^= 0x55;
        File.WriteAllBytes(checkpoint, bytes);
        foreach (var command in new[] { "inspect", "sample" })
        {
            Wae.Fail(1, "is not a readable safetensors file", command, checkpoint);
        }

        File.WriteAllBytes(checkpoint, bytes[..(bytes.Length / 2)]);
        Wae.Fail(1, "is not a readable safetensors file", "inspect", checkpoint);
    }

    [Fact]
    public void What_is_missing_or_no_file_is_told_at_once()
    {
        using var folder = new TemporaryFolder();
        Wae.Fail(1, "nowhere", "inspect", folder.File("nowhere.safetensors"));
        Wae.Fail(1, "a folder", "inspect", folder.Path);
        if (!OperatingSystem.IsWindows())
        {
            HandMade.Fifo(folder.File("pipe"));
            Wae.Fail(1, "FIFO", "inspect", folder.File("pipe"));
            Wae.Fail(1, "FIFO", "sample", folder.File("pipe"));
        }
    }

    [Fact]
    public void Names_cannot_move_the_cursor()
    {
        using var folder = new TemporaryFolder();
        using var numbers = ones(1);
        var path = folder.File("weights.safetensors");
        var name = "evil\u001b[2J\u202ename";
        SafetensorsFile.Write(path, new Dictionary<string, Tensor> { [name] = numbers },
            new Dictionary<string, string> { ["wae.checkpoint"] = "1", ["wae.summary"] = "{\"encoder\": \"\\u001b]0;title\\u0007\"}", ["wae.state"] = "{}" });
        var text = Wae.Succeed("inspect", path, "--tensors");
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\u202e', text);
        Assert.Contains("evil\\u001B[2J\\u202Ename", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "cannot be read")]
    [InlineData("[1]", "no checkpoint of wae train")]
    [InlineData("{\"states\": {\"observer 0: WassersteinAutoEncoders.Tool.Running.DescriptionKeeper\": 7}}", "cannot be read")]
    [InlineData("{\"states\": {\"observer 0: WassersteinAutoEncoders.Tool.Running.DescriptionKeeper\": {\"Data\": \"x\", \"Channels\": 1, \"Height\": 28, \"Width\": 28}}}", "cannot be")]
    [InlineData("{\"states\": {\"observer 0: WassersteinAutoEncoders.Tool.Running.DescriptionKeeper\": {\"Settings\": {\"Width\": 8000, \"Network\": \"Conv\"}, \"Data\": \"x\", \"Channels\": 1, \"Height\": 28, \"Width\": 28}}}", "not those whose weights it holds")]
    [InlineData("{\"states\": {\"observer 0: WassersteinAutoEncoders.Tool.Running.DescriptionKeeper\": {\"Settings\": {\"Width\": 90000000}, \"Data\": \"x\", \"Channels\": 1, \"Height\": 28, \"Width\": 28}}}", "--dim-h must be at most 8192")]
    [InlineData("{\"states\": {\"observer 0: WassersteinAutoEncoders.Tool.Running.DescriptionKeeper\": {\"Settings\": {\"Network\": 99}, \"Data\": \"x\", \"Channels\": 1, \"Height\": 28, \"Width\": 28}}}", "cannot be read")]
    [InlineData("{\"states\": {\"observer 0: WassersteinAutoEncoders.Tool.Running.DescriptionKeeper\": {\"Settings\": {}, \"Data\": \"x\", \"Channels\": 1, \"Height\": 2147483647, \"Width\": 2147483647}}}", "pictures of 1×2147483647×2147483647")]
    public void A_checkpoint_that_lies_about_its_networks_is_refused(string state, string expected)
    {
        using var folder = new TemporaryFolder();
        using var numbers = ones(1);
        var path = folder.File("checkpoint.safetensors");
        SafetensorsFile.Write(path, new Dictionary<string, Tensor> { ["encoder/a"] = numbers, ["decoder/a"] = numbers }, new Dictionary<string, string> { ["wae.checkpoint"] = "1", ["wae.state"] = state });
        Wae.Fail(1, expected, "sample", path, "--out", folder.File("out.png"));
        Assert.False(File.Exists(folder.File("out.png")));
    }
}
