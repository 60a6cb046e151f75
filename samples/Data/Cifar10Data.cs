using System.Formats.Tar;
using System.IO.Compression;
using System.Text.RegularExpressions;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Samples.Data;

/// <summary>
/// CIFAR-10 in its binary format (a label byte, then the red, green and blue planes of 32×32): the published archive,
/// its unpacked folder, or the batches compressed one by one; as many training batches as there are.
/// </summary>
public static partial class Cifar10Data
{
    private const int Side = 32;
    private const int Record = 1 + (3 * Side * Side);
    private const string Archive = "cifar-10-binary.tar.gz";

    /// <summary>The most bytes of one batch, four times a published one.</summary>
    private const long MaximumBatch = 40_000L * Record;

    /// <summary>The most bytes that the archive may unpack to, twice the published one.</summary>
    private const long MaximumArchive = 400L << 20;

    /// <summary>The archive's publisher gives its MD5 and nothing stronger.</summary>
    private static readonly DataFile ArchiveFile = new(Archive, Archive, "c32a1d4ab5d03f1284b67883e8d87530", Decompressed: false);

    private static readonly Uri[] Mirrors =
    [
        new("https://www.cs.toronto.edu/~kriz/"),
        new("https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/"),
    ];

    private static readonly string[] Classes = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Finds CIFAR-10, downloads it where it is nowhere and no folder was named, and reads it.</summary>
    /// <param name="folder">The folder asked for, or <see langword="null"/> for <see cref="DataLocations.Folders"/>.</param>
    /// <param name="say">Takes one line for people.</param>
    /// <param name="cancellationToken">Breaks off a download, which a later call resumes.</param>
    /// <exception cref="IOException">It could not be found or downloaded; the message says what to do.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or another one.</exception>
    public static ImageData Load(string? folder, Action<string> say, CancellationToken cancellationToken)
    {
        var folders = DataLocations.Folders(folder);
        var found = folders.SelectMany(Candidates).FirstOrDefault(HoldsBatches);
        var archive = folders.SelectMany(Candidates).Select(candidate => Path.Combine(candidate, Archive)).FirstOrDefault(File.Exists);
        if (found is null && archive is null)
        {
            if (DataLocations.IsNamed(folder))
            {
                throw new FileNotFoundException($"There is no CIFAR-10 in {folders[0]}: expected {Archive}, or data_batch_1.bin … and test_batch.bin (or .gz), there or in its folder cifar10 or cifar-10-batches-bin.");
            }

            var cache = Path.Combine(DataLocations.Cache, "cifar10");
            using var downloader = new Downloader(Mirrors, say);
            downloader.FetchAsync(ArchiveFile, cache, cancellationToken).GetAwaiter().GetResult();
            archive = Path.Combine(cache, Archive);
        }

        return found is not null ? ReadFolder(found) : ReadArchive(archive!);
    }

    /// <summary>Reads the batches of a folder.</summary>
    internal static ImageData ReadFolder(string folder)
    {
        var batches = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            if (Batch().Match(Path.GetFileName(path)) is { Success: true } match)
            {
                using var stream = BoundedReader.Open(path);
                batches.TryAdd(match.Groups[1].Value, Check(BoundedReader.ReadToEnd(stream, MaximumBatch, path), path));
            }
        }

        return Assemble(batches, folder);
    }

    /// <summary>Reads the batches inside the published archive; nothing is unpacked to the disk.</summary>
    internal static ImageData ReadArchive(string path)
    {
        var batches = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        try
        {
            FileKind.CheckReadable(path);
            using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            using var archive = new TarReader(new MemoryStream(BoundedReader.ReadToEnd(stream, MaximumArchive, path)));
            while (archive.GetNextEntry() is { } entry)
            {
                if (entry.DataStream is { } data && Batch().Match(Path.GetFileName(entry.Name)) is { Success: true } match)
                {
                    var name = $"{path}:{entry.Name}";
                    batches.TryAdd(match.Groups[1].Value, Check(BoundedReader.ReadToEnd(data, MaximumBatch, name), name));
                }
            }
        }
        catch (Exception damaged) when (damaged is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException($"{path} is cut short or no archive of CIFAR-10: {damaged.Message} Fetch the file again.", damaged);
        }

        return Assemble(batches, path);
    }

    private static byte[] Check(byte[] bytes, string path)
    {
        if (bytes.Length == 0 || bytes.Length % Record != 0)
        {
            throw new InvalidDataException($"{path} holds {bytes.Length:N0} bytes: a batch of CIFAR-10 is a positive multiple of {Record:N0} (a label and a picture).");
        }

        for (var start = 0; start < bytes.Length; start += Record)
        {
            if (bytes[start] > 9)
            {
                throw new InvalidDataException($"{path}: the label of picture {start / Record} is {bytes[start]}, expected 0 … 9.");
            }
        }

        return bytes;
    }

    private static ImageData Assemble(SortedDictionary<string, byte[]> batches, string source)
    {
        if (!batches.Remove("test_batch", out var test) || batches.Count == 0)
        {
            throw new InvalidDataException($"{source} holds {(test is null ? "no test_batch.bin" : "no data_batch_1.bin … data_batch_5.bin")}: the test batch and at least one training batch are needed.");
        }

        return new("CIFAR-10", source, Split([.. batches.Values]), Split([test]), Classes);
    }

    private static ImageSet Split(IReadOnlyList<byte[]> batches)
    {
        var count = batches.Sum(batch => batch.Length / Record);
        var (labels, pixels, at) = (new byte[count], new byte[(long)count * (Record - 1)], 0);
        foreach (var batch in batches)
        {
            for (var start = 0; start < batch.Length; start += Record, at++)
            {
                labels[at] = batch[start];
                batch.AsSpan(start + 1, Record - 1).CopyTo(pixels.AsSpan(at * (Record - 1)));
            }
        }

        return new(pixels, labels, 3, Side, Side);
    }

    private static IEnumerable<string> Candidates(string folder)
        => new[] { "cifar10", "cifar-10-batches-bin", Path.Combine("cifar10", "cifar-10-batches-bin"), "." }.Select(name => Path.GetFullPath(Path.Combine(folder, name)));

    private static bool HoldsBatches(string folder)
        => Directory.Exists(folder) && Directory.EnumerateFiles(folder).Any(path => Batch().IsMatch(Path.GetFileName(path)));

    [GeneratedRegex(@"^(data_batch_[1-5]|test_batch)\.bin(\.gz)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Batch();
}
