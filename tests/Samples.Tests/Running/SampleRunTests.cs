using WassersteinAutoEncoders.Samples.Tests.Data;

namespace WassersteinAutoEncoders.Samples.Tests.Running;

/// <summary>Every sample is run for an epoch, on small files made here; a sample without a test here fails one.</summary>
public class SampleRunTests
{
    private const int MostLines = 120, MostLinesTogether = 1500;

    private static readonly string[] Covered = ["Cifar10", "Conditional", "CustomPrior", "Distributed", "FSharp", "Mnist", "SingleFile"];

    [Fact]
    public void Every_sample_is_run_by_a_test_and_is_short()
    {
        var samples = Path.Combine(ProjectRoot.Path, "samples");
        Assert.Equal(Covered, Directory.EnumerateDirectories(samples)
            .Where(HasSources)
            .Select(folder => Path.GetFileName(folder)!)
            .Where(name => name != "Data")
            .Order(StringComparer.Ordinal));
        var sources = Directory.EnumerateFiles(samples, "*.?s", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(samples, file).Split(Path.DirectorySeparatorChar)[1] is not ("bin" or "obj"))
            .ToDictionary(file => Path.GetRelativePath(samples, file), file => File.ReadLines(file).Count());
        Assert.DoesNotContain(sources, source => !source.Key.StartsWith("Data", StringComparison.Ordinal) && source.Value > MostLines);
        Assert.InRange(sources.Values.Sum(), 1, MostLinesTogether);
    }

    [Theory]
    [InlineData("normal", "mmd")]
    [InlineData("sphere", "sliced")]
    [InlineData("mixture", "sinkhorn")]
    public void Mnist_trains_and_leaves_pictures_and_a_report(string prior, string divergence)
    {
        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 300, 120);
        var text = Succeed("Mnist", "--prior", prior, "--divergence", divergence, "--data-dir", folder.Path, "--epochs", "1", "--output", folder.File("out"));
        AssertWritten(folder, text, "report.html", "reconstructions.png", "samples.png", "codes.svg", "weights.safetensors");
        Assert.Contains("on 120 test pictures: reconstruction", text, StringComparison.Ordinal);
        Assert.Contains("data in MNIST's format", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Cifar10_trains_and_leaves_pictures_and_a_report()
    {
        using var folder = new TemporaryFolder();
        folder.Write("data_batch_1.bin", HandMade.Cifar(256));
        folder.Write("test_batch.bin", HandMade.Cifar(40));
        var text = Succeed("Cifar10", "--data-dir", folder.Path, "--epochs", "1", "--divergence", "cramer-wold", "--output", folder.File("out"));
        AssertWritten(folder, text, "report.html", "reconstructions.png", "samples.png", "codes.svg", "weights.safetensors");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("--joint")]
    public void Conditional_draws_every_digit(string? joint)
    {
        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 300, 120);
        string[] options = ["--data-dir", folder.Path, "--epochs", "1", "--output", folder.File("out")];
        AssertWritten(folder, Succeed("Conditional", joint is null ? options : [.. options, joint]), "samples.png", "weights.safetensors");
    }

    [Fact]
    public void Distributed_trains_in_two_processes_and_says_how_to_start_it_in_one()
    {
        var (alone, said) = SampleProcess.Run("Distributed");
        Assert.NotEqual(0, alone);
        Assert.Contains(File.Exists("/usr/bin/mpirun") ? "mpirun -n 4 dotnet" : "MPI library", said, StringComparison.Ordinal);
        if (File.Exists("/usr/bin/mpirun"))
        {
            using var folder = new TemporaryFolder();
            HandMade.WriteMnist(folder, 300, 120);
            var (code, text) = SampleProcess.RunMpi("Distributed", 2, "--data", folder.Path, "--epochs", "1", "--batch", "100", "--output", folder.File("out"));
            Assert.True(code == 0, text);
            Assert.True(File.Exists(folder.File("out/weights.safetensors")) && File.Exists(folder.File("out/checkpoints/step-0000000003.safetensors")), text);
        }
    }

    [Fact]
    public void CustomPrior_draws_codes_over_its_prior()
    {
        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 300, 120);
        var text = Succeed("CustomPrior", "--data-dir", folder.Path, "--epochs", "1", "--output", folder.File("out"));
        AssertWritten(folder, text, "codes-matern-mmd.svg", "codes-chamfer.svg");
    }

    [Fact]
    public void FSharp_trains_with_a_prior_of_its_own() => AssertEpochs(SampleProcess.Run("FSharp", "2"));

    [Fact]
    public void SingleFile_is_built_and_run_by_dotnet_run()
    {
        using var folder = new TemporaryFolder();
        AssertEpochs(SampleProcess.RunFile(Path.Combine("SingleFile", "train.cs"), folder, "2"));
        AssertError(SampleProcess.RunFile(Path.Combine("SingleFile", "train.cs"), folder, "none"), 2, "expected a number of epochs");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("many")]
    public void FSharp_names_a_number_of_epochs_that_cannot_be(string epochs)
        => AssertError(SampleProcess.Run("FSharp", epochs), 2, $"expected a number of epochs, 1 or more, but '{epochs}' came.");

    [Theory]
    [InlineData("Mnist", "There is no MNIST in")]
    [InlineData("Cifar10", "There is no CIFAR-10 in")]
    [InlineData("Conditional", "There is no MNIST in")]
    [InlineData("CustomPrior", "There is no MNIST in")]
    public void What_is_wrong_is_told_in_one_line(string sample, string expected)
    {
        using var folder = new TemporaryFolder();
        AssertError(SampleProcess.Run(sample, "--data-dir", folder.Path, "--output", folder.File("out")), 1, expected);
    }

    [Fact]
    public void Damaged_files_and_impossible_settings_are_told_in_one_line()
    {
        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 300, 120);
        string[] options = ["--data-dir", folder.Path, "--output", folder.File("out")];
        AssertError(SampleProcess.Run("Mnist", [.. options, "--epochs", "0"]), 1, "epochs");
        File.WriteAllBytes(folder.File("train-images-idx3-ubyte"), HandMade.Images(299, 28, 28));
        AssertError(SampleProcess.Run("Mnist", options), 1, "holds 299 pictures");
    }

    /// <summary>Whether a folder holds more than what a build leaves in it.</summary>
    private static bool HasSources(string folder)
        => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Any(file => Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"));

    private static string Succeed(string sample, params string[] arguments)
    {
        var (code, text) = SampleProcess.Run(sample, arguments);
        Assert.True(code == 0, text);
        Assert.Contains("epoch 1/1  reconstruction", text, StringComparison.Ordinal);
        return text;
    }

    private static void AssertWritten(TemporaryFolder folder, string text, params string[] names)
    {
        foreach (var name in names)
        {
            Assert.True(new FileInfo(folder.File("out/" + name)) is { Exists: true, Length: > 0 }, $"{name} is missing:\n{text}");
        }
    }

    /// <summary>Two epochs are told, with finite figures, and samples at the end.</summary>
    private static void AssertEpochs((int Code, string Output) run)
    {
        Assert.True(run.Code == 0, run.Output);
        foreach (var epoch in new[] { 1, 2 })
        {
            Assert.Matches($@"epoch {epoch}/2  reconstruction \d+\.\d+  penalty -?\d+\.\d+", run.Output);
        }

        Assert.Contains("3x10", run.Output, StringComparison.Ordinal);
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
