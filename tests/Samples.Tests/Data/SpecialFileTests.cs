using WassersteinAutoEncoders.Samples.Data;

namespace WassersteinAutoEncoders.Samples.Tests.Data;

/// <summary>A named pipe in the place of a data file would keep whoever opens it waiting for ever.</summary>
public class SpecialFileTests
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(10);

    public static TheoryData<string> Files =>
    [
        "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte.gz",
        "data_batch_1.bin", "test_batch.bin.gz", "cifar-10-binary.tar.gz",
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_pipe_in_the_place_of_a_data_file_is_refused_at_once_and_named(string name)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var linked in new[] { false, true })
        {
            using var folder = new TemporaryFolder();
            var isMnist = name.Contains("ubyte", StringComparison.Ordinal);
            Prepare(folder, isMnist, name);
            HandMade.Fifo(folder.File(linked ? "elsewhere" : name));
            if (linked)
            {
                File.CreateSymbolicLink(folder.File(name), folder.File("elsewhere"));
            }

            Func<ImageData> load = isMnist
                ? () => MnistData.Load(folder.Path, verify: false, _ => { }, CancellationToken.None)
                : () => Cifar10Data.Load(folder.Path, _ => { }, CancellationToken.None);
            var error = await Assert.ThrowsAsync<InvalidDataException>(() => Task.Run(load).WaitAsync(AtOnce));
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
            Assert.Contains("FIFO", error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>The other files of the data set, in good order.</summary>
    private static void Prepare(TemporaryFolder folder, bool isMnist, string name)
    {
        if (isMnist)
        {
            HandMade.WriteMnist(folder, gzip: name.EndsWith(".gz", StringComparison.Ordinal));
        }
        else if (!name.EndsWith("tar.gz", StringComparison.Ordinal))
        {
            var gzip = name.EndsWith(".gz", StringComparison.Ordinal);
            folder.Write(gzip ? "data_batch_1.bin.gz" : "data_batch_1.bin", HandMade.Cifar(2));
            folder.Write(gzip ? "test_batch.bin.gz" : "test_batch.bin", HandMade.Cifar(2));
        }

        File.Delete(folder.File(name));
    }
}
