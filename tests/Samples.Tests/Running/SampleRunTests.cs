using System.Globalization;
using WassersteinAutoEncoders.Samples.Tests.Data;

namespace WassersteinAutoEncoders.Samples.Tests.Running;

/// <summary>Every sample is run with a few steps, on small files made here; a sample without a test here fails one.</summary>
public class SampleRunTests
{
    private static readonly string[] Covered = ["Bakeoff", "Cifar10", "Conditional", "CustomPrior", "FSharp", "Mnist", "SingleFile"];

    [Fact]
    public void Every_sample_is_run_by_a_test()
        => Assert.Equal(Covered, Directory.EnumerateDirectories(Path.Combine(ProjectRoot.Path, "samples"))
            .Where(HasSources)
            .Select(folder => Path.GetFileName(folder)!)
            .Where(name => name != "Common")
            .Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("--dz", "mmd", "--n-z", "2")]
    [InlineData("-Dz", "GAN", "-Pz", "sphere", "-n_z", "4", "--network", "conv", "--dim-h", "4", "--encoder", "gaussian")]
    [InlineData("--preset", "official", "--dim-h", "4", "--batch-size", "100")]
    [InlineData("--dz", "sliced", "--pz", "mixture", "--encoder", "implicit")]
    public void Mnist_trains_and_leaves_pictures(params string[] options)
    {
        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 300, 120);
        var output = folder.File("out");
        var (code, text) = SampleProcess.Run("Mnist", [.. options, "--data-dir", folder.Path, "--no-checksum", "--max-steps", "3", "--threads", "1", "--out", output]);
        Assert.True(code == 0, text);
        foreach (var name in new[] { "reconstructions.png", "samples.png", "interpolations.png", "latent.svg", "losses.svg", "metrics.jsonl", "report.html", "checkpoint.safetensors" })
        {
            Assert.True(new FileInfo(Path.Combine(output, name)) is { Exists: true, Length: > 0 }, $"{name} is missing:\n{text}");
        }

        Assert.Equal(options.Contains("2"), File.Exists(Path.Combine(output, "manifold.png")));
        Assert.Contains("On 120 test pictures", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Cifar10_trains_on_the_reviews_crop()
    {
        using var folder = new TemporaryFolder();
        folder.Write("data_batch_1.bin", HandMade.Cifar(64));
        folder.Write("test_batch.bin", HandMade.Cifar(40));
        var (code, text) = SampleProcess.Run("Cifar10", "--preset", "review", "-dim_h", "4", "-batch_size", "32", "--data-dir", folder.Path, "--max-steps", "2", "--threads", "1", "--out", folder.File("out"));
        Assert.True(code == 0, text);
        Assert.Contains("3×28×28", text, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.File("out/reconstructions.png")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("--joint")]
    public void Conditional_draws_every_digit(string? joint)
    {
        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 300, 120);
        string[] options = ["--data", folder.Path, "--epochs", "1", "--output", folder.File("out")];
        var (code, text) = SampleProcess.Run("Conditional", joint is null ? options : [.. options, joint]);
        Assert.True(code == 0, text);
        Assert.Contains("epoch 1: test reconstruction", text, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.File("out/samples.png")) && File.Exists(folder.File("out/weights.safetensors")), text);
    }

    [Fact]
    public void Conditional_says_what_is_wrong_in_one_line()
    {
        using var folder = new TemporaryFolder();
        AssertError(SampleProcess.Run("Conditional", "--data", folder.Path), 1, "There is no MNIST in");
    }

    [Fact]
    public void CustomPrior_draws_codes_over_its_prior()
    {
        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 300, 120);
        var (code, text) = SampleProcess.Run("CustomPrior", "--data-dir", folder.Path, "--no-checksum", "--max-steps", "2", "--threads", "1", "--out", folder.File("out"));
        Assert.True(code == 0, text);
        Assert.True(File.Exists(folder.File("out/codes-matern-mmd.png")) && File.Exists(folder.File("out/codes-chamfer.png")), text);
    }

    [Fact]
    public void Bakeoff_writes_one_table()
    {
        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 300, 200);
        var (code, text) = SampleProcess.Run("Bakeoff", "--dz", "mmd-imq,cramer-wold,gan", "--pz", "normal,sphere", "--data-dir", folder.Path, "--no-checksum", "--max-steps", "2", "--threads", "1", "--out", folder.File("out"));
        Assert.True(code == 0, text);
        var rows = File.ReadAllLines(folder.File("out/bakeoff.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2 + 5, rows.Length);
        Assert.Contains("left out: cramer-wold with prior sphere", text, StringComparison.Ordinal);
        Assert.Contains("data:image/png;base64,", File.ReadAllText(folder.File("out/bakeoff.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void FSharp_trains_with_a_prior_of_its_own() => AssertSteps(SampleProcess.Run("FSharp", "3"), 3);

    [Fact]
    public void SingleFile_is_built_and_run_by_dotnet_run()
    {
        using var folder = new TemporaryFolder();
        AssertSteps(SampleProcess.RunFile(Path.Combine("SingleFile", "train.cs"), folder, "3"), 3);
        AssertError(SampleProcess.RunFile(Path.Combine("SingleFile", "train.cs"), folder, "none"), 2, "expected a number of steps");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("many")]
    public void FSharp_names_a_number_of_steps_that_cannot_be(string steps)
        => AssertError(SampleProcess.Run("FSharp", steps), 2, $"expected a number of steps, 1 or more, but '{steps}' came.");

    [Fact]
    public void A_run_goes_on_from_its_checkpoint()
    {
        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 300, 120);
        string[] options = ["--data-dir", folder.Path, "--no-checksum", "--threads", "1", "--out", folder.File("out")];
        Assert.Equal(0, SampleProcess.Run("Mnist", [.. options, "--max-steps", "3"]).Code);
        string[] resume = ["--resume", folder.File("out/checkpoint.safetensors")];
        var (again, same) = SampleProcess.Run("Mnist", [.. options, "--epochs", "2", "--max-steps", "3", .. resume]);
        Assert.True(again == 0, same);
        Assert.Contains(" s, 3 steps", same, StringComparison.Ordinal);
        var (code, text) = SampleProcess.Run("Mnist", [.. options, "--epochs", "2", .. resume]);
        Assert.True(code == 0, text);
        Assert.Contains("epoch 1, step 3", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void Interrupted_in_mid_epoch_it_still_draws_what_was_learned(string signal)
    {
        // A shell makes what it starts in the background deaf to SIGINT, and so are these tests' children then.
        if (OperatingSystem.IsWindows() || (signal == "INT" && IgnoresInterrupts()))
        {
            return;
        }

        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 300, 120);
        using var process = new SampleProcess("Mnist", "--data-dir", folder.Path, "--no-checksum", "--epochs", "1000000", "--threads", "1", "--out", folder.File("out"));
        process.WaitFor("epoch       2/1000000");
        using (var kill = System.Diagnostics.Process.Start("/bin/sh", ["-c", $"kill -{signal} {process.Id}"]))
        {
            kill.WaitForExit();
        }

        Assert.Equal(130, process.WaitForExit());
        Assert.Contains("interrupted after", process.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.File("out/reconstructions.png")), process.Output);
    }

    private static bool IgnoresInterrupts()
        => OperatingSystem.IsLinux()
           && File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is var line
           && (ulong.Parse(line["SigIgn:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 2) != 0;

    [Theory]
    [InlineData(2, "--epochs must be at least 1, it is 0.", "--epochs", "0")]
    [InlineData(2, "--lambda must be a finite number, 0 or more, it is -1.", "--lambda", "-1")]
    [InlineData(2, "--lambda must be a finite number, 0 or more, it is NaN.", "--lambda", "NaN")]
    [InlineData(2, "--dz must be one of mmd,", "--dz", "wgan")]
    [InlineData(1, "The data folder /nowhere/at/all (from --data-dir) does not exist.", "--data-dir", "/nowhere/at/all")]
    public void A_mistake_is_one_line_and_no_stack_trace(int expected, string message, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        AssertError(SampleProcess.Run("Mnist", [.. arguments, "--out", folder.File("out")]), expected, message);
    }

    [Fact]
    public void Damaged_files_are_told_in_one_line()
    {
        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 300, 120, gzip: true);
        string[] options = ["--data-dir", folder.Path, "--no-checksum", "--out", folder.File("out")];
        var images = folder.File("train-images-idx3-ubyte.gz");
        var whole = File.ReadAllBytes(images);
        File.WriteAllBytes(images, whole[..(whole.Length / 2)]);
        AssertError(SampleProcess.Run("Mnist", options), 1, "Fetch the file again");
        File.WriteAllBytes(images, HandMade.Gzip(HandMade.Labels(300)));
        AssertError(SampleProcess.Run("Mnist", options), 1, "magic number 0x00000801, expected 0x00000803");
        File.WriteAllBytes(images, HandMade.Gzip(HandMade.Images(299, 28, 28)));
        AssertError(SampleProcess.Run("Mnist", options), 1, "holds 299 pictures");
    }

    [Fact]
    public void An_output_folder_that_cannot_be_written_is_told_before_anything_is_read()
    {
        using var folder = new TemporaryFolder();
        var occupied = folder.Write("file", [1]);
        AssertError(SampleProcess.Run("Mnist", "--out", Path.Combine(occupied, "out")), 1, "can't be written to");
    }

    [Theory]
    [InlineData("Mnist")]
    [InlineData("Cifar10")]
    [InlineData("CustomPrior")]
    [InlineData("Bakeoff")]
    public void Help_lists_the_options(string sample)
    {
        var (code, text) = SampleProcess.Run(sample, "--help");
        Assert.Equal(0, code);
        Assert.Contains("--data-dir", text, StringComparison.Ordinal);
        Assert.Contains("--max-steps", text, StringComparison.Ordinal);
    }

    /// <summary>Whether a folder holds more than what a build leaves in it.</summary>
    private static bool HasSources(string folder)
        => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Any(file => Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"));

    /// <summary>The first and the last step are told, with finite figures.</summary>
    private static void AssertSteps((int Code, string Output) run, int last)
    {
        Assert.True(run.Code == 0, run.Output);
        foreach (var step in new[] { 1, last })
        {
            Assert.Matches($@"step {step}: reconstruction \d+\.\d+, penalty -?\d+\.\d+", run.Output);
        }
    }

    private static void AssertError((int Code, string Output) run, int expected, string message)
    {
        Assert.True(run.Code == expected, $"exit code {run.Code}:\n{run.Output}");
        Assert.Contains("error: ", run.Output, StringComparison.Ordinal);
        Assert.Contains(message, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", run.Output, StringComparison.Ordinal);
    }
}
