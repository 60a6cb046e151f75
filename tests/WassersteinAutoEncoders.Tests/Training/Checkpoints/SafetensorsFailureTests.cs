using TorchSharp;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Tests.Training.Checkpoints;

public sealed class SafetensorsFailureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_write_that_fails_in_the_middle_leaves_the_previous_file_and_no_other()
    {
        var path = _folder.File("data");
        File.WriteAllText(path, "old");
        Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[200_000]);
            throw new IOException("failed");
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_folder_that_is_missing_or_in_the_way_is_an_input_output_error()
    {
        Assert.Throws<DirectoryNotFoundException>(() => Save(Path.Combine(_folder.Path, "none", "x"), 1));
        var directory = _folder.File("directory");
        Directory.CreateDirectory(directory);
        Assert.Throws<IOException>(() => Save(directory, 1));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    private static void Save(string path, int n)
    {
        using var weight = torch.ones(10_000);
        SafetensorsFile.Write(path, new Dictionary<string, torch.Tensor> { ["w"] = weight }, new Dictionary<string, string> { ["n"] = $"{n}" });
    }
}
