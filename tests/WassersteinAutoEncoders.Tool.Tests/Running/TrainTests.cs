using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Tool.Running;
using WassersteinAutoEncoders.Training;

namespace WassersteinAutoEncoders.Tool.Tests.Running;

/// <summary><c>wae train</c> and <c>wae bakeoff</c> with a few steps, on small files made here.</summary>
public class TrainTests
{
    private static string[] Small(TemporaryFolder folder, int steps) => ["--data-dir", folder.Path, "--no-checksum", "--max-steps", steps.ToString(CultureInfo.InvariantCulture), "--threads", "1", "--out", folder.File("out")];

    public static TheoryData<string, string, string> ReviewLines
    {
        get
        {
            var lines = new TheoryData<string, string, string>();
            foreach (var divergence in new[] { "MMD", "GAN" })
            {
                foreach (var prior in new[] { "normal", "sphere" })
                {
                    lines.Add(divergence, prior, "mnist");
                    lines.Add(divergence, prior, "cifar10");
                }
            }

            return lines;
        }
    }

    [Theory]
    [MemberData(nameof(ReviewLines))]
    public void The_reviews_eight_command_lines_train(string divergence, string prior, string data)
    {
        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 300, 120);
        folder.Write("data_batch_1.bin", HandMade.Cifar(160));
        folder.Write("test_batch.bin", HandMade.Cifar(40));
        string[] review = ["-batch_size", "128", "-n_z", "2", "-Pz", prior, "-Dz", divergence, "-dataset", data];
        var output = Wae.Succeed(["train", .. review, "--preset", "review", "-dim_h", "4", .. Small(folder, 1)]);
        Assert.Contains(data == "mnist" ? "1×28×28" : "3×28×28", output, StringComparison.Ordinal);
        Assert.Contains("1 step in", output, StringComparison.Ordinal);
        Assert.Contains("1 step; reconstruction: ", output, StringComparison.Ordinal);
        Assert.True(new FileInfo(folder.File("out/manifold.png")) is { Exists: true, Length: > 0 }, output);
    }

    [Theory]
    [InlineData("--dz", "mmd", "--n-z", "2")]
    [InlineData("--preset", "official", "--dim-h", "4", "--batch-size", "100")]
    [InlineData("--dz", "sliced", "--pz", "mixture", "--encoder", "implicit")]
    [InlineData("-Dz", "GAN", "--network", "conv", "--dim-h", "4", "--encoder", "gaussian", "--critic-units", "8")]
    public void A_run_leaves_pictures_report_log_and_checkpoint(params string[] options)
    {
        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 300, 120);
        var text = Wae.Succeed(["train", .. options, .. Small(folder, 2)]);
        foreach (var name in new[] { "reconstructions.png", "samples.png", "interpolations.png", "latent.svg", "losses.svg", "metrics.jsonl", "report.html", "checkpoint.safetensors" })
        {
            Assert.True(new FileInfo(folder.File("out/" + name)) is { Exists: true, Length: > 0 }, $"{name} is missing:\n{text}");
        }

        Assert.Equal(options.Contains("2"), File.Exists(folder.File("out/manifold.png")));
        Assert.Contains("On 120 test pictures", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text.ReplaceLineEndings("\n"));
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public void Fashion_is_read_from_its_folder_and_another_set_is_not_taken_for_it()
    {
        using var folder = new TemporaryFolder();
        using var data = new TemporaryFolder();
        HandMade.WriteMnist(data, 300, 120, gzip: true);
        foreach (var file in Directory.EnumerateFiles(data.Path))
        {
            folder.Write(Path.Combine("fashion-mnist", Path.GetFileName(file)), File.ReadAllBytes(file));
        }

        Assert.Contains("Fashion-MNIST", Wae.Succeed(["train", "--dataset", "fashion-mnist", .. Small(folder, 1)]), StringComparison.Ordinal);
        Wae.Fail(1, "is not the published train-images-idx3-ubyte", "train", "--dataset", "fashion-mnist", "--data-dir", folder.Path, "--out", folder.File("out"));
    }

    [Fact]
    public void A_run_goes_on_from_its_checkpoint()
    {
        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 300, 120);
        Wae.Succeed(["train", .. Small(folder, 3)]);
        string[] resume = ["--resume", folder.File("out/checkpoint.safetensors")];
        Assert.Contains(" s, 3 steps", Wae.Succeed(["train", "--epochs", "2", .. Small(folder, 3), .. resume]), StringComparison.Ordinal);
        var text = Wae.Succeed(["train", "--epochs", "2", "--data-dir", folder.Path, "--no-checksum", "--out", folder.File("out"), .. resume]);
        Assert.Contains("epoch 1, step 3", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Bakeoff_writes_one_table()
    {
        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 300, 200);
        var text = Wae.Succeed(["bakeoff", "--dz", "mmd-imq,cramer-wold,gan", "--pz", "normal,sphere", .. Small(folder, 2)]);
        Assert.Equal(2 + 5, Rows(folder).Length);
        Assert.Contains("left out: cramer-wold with prior sphere", text, StringComparison.Ordinal);
        Assert.Contains("data:image/png;base64,", File.ReadAllText(folder.File("out/bakeoff.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bakeoff_goes_on_where_it_was_and_gives_the_same_figures_again()
    {
        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 300, 200);
        string[] command = ["bakeoff", "--dz", "mmd-imq,mmd-imq+spectrum", "--n-z", "2,4", .. Small(folder, 2)];
        Wae.Succeed(command);
        var first = Figures(folder, "mmd-imq-normal-d4-s1");
        var more = Wae.Succeed([.. command, "--seeds", "1,2"]);
        Assert.Equal(4, more.Split(": done before").Length - 1);
        var rows = Rows(folder);
        Assert.Equal(2 + 4, rows.Length);
        Assert.All(rows[2..], row => Assert.Contains(" ± ", row, StringComparison.Ordinal));

        // Other settings, or a damaged file: the run is done again.
        File.WriteAllText(folder.File("out/runs/mmd-imq-normal-d4-s1.json"), "{ damaged");
        Assert.DoesNotContain("mmd-imq-normal-d4-s1: done before", Wae.Succeed(command), StringComparison.Ordinal);
        Assert.Equal(first, Figures(folder, "mmd-imq-normal-d4-s1"));
        Assert.DoesNotContain("done before", Wae.Succeed([.. command, "--lr", "0.002"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sphere", 5, "published FID")]
    [InlineData("cwae", 3, "cramer-wold, log")]
    public void A_study_brings_its_settings_and_what_was_published(string study, int contestants, string expected)
    {
        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 1100, 200);
        Wae.Succeed(["bakeoff", "--study", study, .. Small(folder, 1)]);
        Assert.Equal(2 + contestants, Rows(folder).Length);
        Assert.Contains(expected, File.ReadAllText(folder.File("out/bakeoff.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_time_ends_each_training_by_the_processor_time()
    {
        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 300, 200);
        var text = Wae.Succeed(["bakeoff", "--dz", "mmd-imq", "--seconds", "0.5", "--images", "256", "--data-dir", folder.Path, "--no-checksum", "--out", folder.File("out"), "--threads", "1"]);
        Assert.Contains("stopped early (--seconds 0.5)", text, StringComparison.Ordinal);
        Assert.Contains("0.5 s of processor time; reconstruction: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("1,000,000", text, StringComparison.Ordinal);
        Assert.DoesNotContain("1000000", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_of_time_counts_what_was_used_of_it()
    {
        using var scope = torch.NewDisposeScope();
        using var trainer = new WaeTrainer(torch.nn.Linear(1, 1), torch.nn.Linear(1, 1), new GaussianPrior(1), new BuresDivergence());
        var (limit, result) = (new TimeLimit(0.2), new WaeStepResult(torch.ones(1), torch.ones(1), torch.ones(1), 1, []));
        limit.Observe(new RunStarted(trainer, 0, 0, 1_000_000));
        var used = new List<double> { limit.Used };
        for (var step = 1; used[^1] < 1; step++)
        {
            limit.Observe(new StepCompleted(trainer, step, 0, result));
            used.Add(limit.Used);
        }

        Assert.Equal(used.Order(), used);
        Assert.Contains(used, part => part is > 0.2 and < 0.8);
        Assert.Equal("--seconds 0.2", trainer.StopReason);
    }

    private static string[] Rows(TemporaryFolder folder)
        => [.. File.ReadAllLines(folder.File("out/bakeoff.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal))];

    private static double[] Figures(TemporaryFolder folder, string run)
    {
        var figures = JsonNode.Parse(File.ReadAllText(folder.File($"out/runs/{run}.json")))!["figures"]!;
        return [figures["Reconstruction"]!.GetValue<double>(), figures["EffectiveRank"]!.GetValue<double>(), figures["Frechet"]!.GetValue<double>()];
    }

    [Theory]
    [InlineData(2, "--epochs must be at least 1, it is 0.", "--epochs", "0")]
    [InlineData(2, "--lambda must be a finite number, 0 or more, it is -1.", "--lambda", "-1")]
    [InlineData(2, "--dz must be one of mmd,", "--dz", "wgan")]
    [InlineData(2, "Unrecognized command or argument '--nonsense'.", "--nonsense")]
    [InlineData(1, "The data folder /nowhere/at/all (from --data-dir) does not exist.", "--data-dir", "/nowhere/at/all")]
    public void A_mistake_is_one_line_and_no_stack_trace(int expected, string message, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        Wae.Fail(expected, message, ["train", .. arguments, "--out", folder.File("out")]);
    }

    [Fact]
    public void Damaged_files_are_told_in_one_line()
    {
        using var folder = new TemporaryFolder();
        HandMade.WriteMnist(folder, 300, 120, gzip: true);
        string[] options = ["train", "--data-dir", folder.Path, "--no-checksum", "--out", folder.File("out")];
        var images = folder.File("train-images-idx3-ubyte.gz");
        var whole = File.ReadAllBytes(images);
        File.WriteAllBytes(images, whole[..(whole.Length / 2)]);
        Wae.Fail(1, "Fetch the file again", options);
        File.WriteAllBytes(images, HandMade.Gzip(HandMade.Labels(300)));
        Wae.Fail(1, "magic number 0x00000801, expected 0x00000803", options);
        File.WriteAllBytes(images, HandMade.Gzip(HandMade.Images(299, 28, 28)));
        Wae.Fail(1, "holds 299 pictures", options);
    }

    [Fact]
    public void An_output_folder_that_cannot_be_written_is_told_before_anything_is_read()
    {
        using var folder = new TemporaryFolder();
        Wae.Fail(1, "can't be written to", "train", "--out", Path.Combine(folder.Write("file", [1]), "out"));
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
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "wae.dll"), "train", "--data-dir", folder.Path, "--no-checksum", "--epochs", "1000000", "--threads", "1", "--out", folder.File("out")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var text = new StringBuilder();
        for (string? line; (line = process.StandardOutput.ReadLine()) is not null;)
        {
            text.AppendLine(line);
            if (line.StartsWith("epoch       2/1000000", StringComparison.Ordinal))
            {
                using var kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} {process.Id}"]);
                kill.WaitForExit();
                break;
            }
        }

        text.Append(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("interrupted after", text.ToString(), StringComparison.Ordinal);
        Assert.True(File.Exists(folder.File("out/reconstructions.png")), text.ToString());
    }

    private static bool IgnoresInterrupts()
        => OperatingSystem.IsLinux()
           && File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is var line
           && (ulong.Parse(line["SigIgn:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 2) != 0;
}
