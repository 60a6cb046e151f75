using System.Text.RegularExpressions;
using WassersteinAutoEncoders.Tests.Training.Observers;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Tests.Training.Checkpoints;

/// <summary>The Python of docs/checkpoints.md, run as it stands there.</summary>
public sealed class PythonTests : IDisposable
{
    private const string CheckpointInThePage = "run/best.safetensors";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PythonFact("safetensors", "torch")]
    public void The_package_reads_the_weights_of_a_checkpoint()
    {
        using var run = Save();
        var script = "import torch\nmodule = torch.nn.Linear(4, 2)\n" + Snippet("safe_open") + "\nprint(*[f'{v:.9g}' for v in module.weight.flatten().tolist()])";
        var lines = Run(script).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var expected = run.Encoder.state_dict()["weight"];
        Assert.Equal(Enumerable.Range(0, 8).Select(i => expected.reshape(-1)[i].item<float>()), lines[^1].Split(' ').Select(v => float.Parse(v, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [PythonFact("safetensors", "numpy")]
    public void The_package_writes_what_is_read_here()
    {
        Run("import numpy, safetensors.numpy\nsafetensors.numpy.save_file({'weight': numpy.arange(8, dtype='float32').reshape(2, 4), 'bias': numpy.ones(2, dtype='float32')}, 'python.safetensors', {'by': 'numpy'})");
        using var content = SafetensorsFile.Read(_folder.File("python.safetensors"));
        Assert.False(content.Verified);
        Assert.Equal("numpy", content.Metadata["by"]);
        Assert.Equal(7f, content.Tensors["weight"][1, 3].item<float>());
        Assert.Equal([2L], content.Tensors["bias"].shape);
    }

    [PythonFact]
    public void The_checksum_is_found_as_the_page_says()
    {
        using var run = Save();
        Run(Snippet("hashlib"));
    }

    [PythonFact]
    public void A_reader_of_the_format_without_any_package_finds_the_weights()
    {
        using var run = Save();
        var output = Run($$"""
            import json, struct
            data = open('{{CheckpointInThePage}}', 'rb').read()
            n, = struct.unpack('<Q', data[:8])
            header = json.loads(data[8:8 + n])
            entry = header['encoder/weight']
            assert entry['dtype'] == 'F32' and entry['shape'] == [2, 4] and (8 + n) % 8 == 0
            begin, end = entry['data_offsets']
            print(data[8 + n + begin:8 + n + end].hex())
            assert max(e['data_offsets'][1] for k, e in header.items() if k != '__metadata__') == len(data) - 8 - n
            """);
        Assert.Equal(Convert.ToHexStringLower(run.Encoder.state_dict()["weight"].bytes), output.Trim());
    }

    private SmallRun Save()
    {
        var run = new SmallRun(new WaeTrainerOptions());
        run.Fit(1);
        Directory.CreateDirectory(_folder.File("run"));
        run.Trainer.SaveCheckpoint(_folder.File(CheckpointInThePage));
        return run;
    }

    private string Run(string script)
    {
        var (code, output, errors) = Python.Run(script, _folder.Path);
        Assert.True(code == 0, errors);
        return output;
    }

    private static string Snippet(string with)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "WassersteinAutoEncoders.sln")))
        {
            root = root.Parent!;
        }

        var page = File.ReadAllText(Path.Combine(root.FullName, "docs", "checkpoints.md")).ReplaceLineEndings("\n");
        return Regex.Matches(page, "```python\n(.*?)```", RegexOptions.Singleline).Select(m => m.Groups[1].Value).Single(s => s.Contains(with, StringComparison.Ordinal));
    }
}
