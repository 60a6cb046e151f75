namespace WassersteinAutoEncoders.Samples.Data;

/// <summary>MNIST and Fashion-MNIST: 60,000 training and 10,000 test pictures, 28×28, in four IDX files, gzip or not.</summary>
public static class MnistData
{
    private const int GeneratedTrain = 30_000, GeneratedTest = 5_000;

    private static readonly Variant Digits = new("MNIST", ["mnist", Path.Combine("MNIST", "raw")], Decompressed: true, ImageData.Digits,
        ["ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"],
        [new("https://ossci-datasets.s3.amazonaws.com/mnist/"), new("https://storage.googleapis.com/cvdf-datasets/mnist/"), new("http://yann.lecun.com/exdb/mnist/")]);

    /// <summary>Its publisher gives the MD5 of the compressed files and nothing stronger.</summary>
    private static readonly Variant Fashion = new("Fashion-MNIST", ["fashion-mnist", Path.Combine("FashionMNIST", "raw"), "fashion"], Decompressed: false,
        ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"],
        ["8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe", "bef4ecab320f06d8554ea6380940ec79", "bb300cfdad3c16e7a12a480ee83cd310"],
        [new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/")]);

    /// <summary>Finds MNIST, downloads it where it is nowhere and no folder was named, and reads it.</summary>
    /// <param name="folder">The folder asked for, or <see langword="null"/> for <see cref="DataLocations.Folders"/>.</param>
    /// <param name="verify">Whether the checksums must be the set's own; other sets come in the same layout.</param>
    /// <param name="say">Takes one line for people.</param>
    /// <param name="cancellationToken">Breaks off a download, which a later call resumes.</param>
    /// <exception cref="IOException">It could not be found or downloaded; the message says what to do.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or another one.</exception>
    public static ImageData Load(string? folder, bool verify, Action<string> say, CancellationToken cancellationToken)
        => Load(Digits, folder, verify, say, cancellationToken);

    /// <summary>The same for Fashion-MNIST; files that were decompressed cannot be verified.</summary>
    /// <inheritdoc cref="Load(string?, bool, Action{string}, CancellationToken)"/>
    public static ImageData LoadFashion(string? folder, bool verify, Action<string> say, CancellationToken cancellationToken)
        => Load(Fashion, folder, verify, say, cancellationToken);

    /// <summary>MNIST, or generated digits where it can't be had; a folder that was named must hold MNIST, or another set in its layout.</summary>
    /// <param name="folder">The folder asked for, <c>digits</c> for generated ones, or <see langword="null"/>.</param>
    public static ImageData LoadOrGenerate(string? folder, Action<string> say, bool? verify = null, ulong seed = 1, CancellationToken cancellationToken = default)
    {
        if (folder != "digits")
        {
            try
            {
                return Load(folder, verify ?? folder is null, say, cancellationToken);
            }
            catch (IOException missing) when (!DataLocations.IsNamed(folder))
            {
                say($"MNIST can't be had here: {missing.Message} Taking generated digits instead; --data-dir names a folder with MNIST.");
            }
        }

        return GeneratedDigits.Generate(GeneratedTrain, GeneratedTest, seed);
    }

    private static ImageData Load(Variant variant, string? folder, bool verify, Action<string> say, CancellationToken cancellationToken)
    {
        var folders = DataLocations.Folders(folder);
        var named = DataLocations.IsNamed(folder);
        var found = folders.SelectMany(candidate => variant.Folders.Select(name => Path.Combine(candidate, name)).Concat(named ? [candidate] : []))
            .FirstOrDefault(candidate => Find(candidate, variant.Files[0]) is not null);
        if (found is null && named)
        {
            throw new FileNotFoundException($"There is no {variant.Name} in {folders[0]}: expected {string.Join(", ", variant.Files.Select(file => file.Name))} (or .gz) there or in its folder {variant.Folders[0]}.");
        }

        if (found is null)
        {
            found = Path.Combine(DataLocations.Cache, variant.Folders[0]);
            using var downloader = new Downloader(variant.Mirrors, say);
            foreach (var file in variant.Files)
            {
                downloader.FetchAsync(file, found, cancellationToken).GetAwaiter().GetResult();
            }
        }

        return Read(variant, found, verify);
    }

    private static ImageData Read(Variant variant, string folder, bool verify)
    {
        var files = variant.Files;
        var paths = files.Select(file => Find(folder, file)
            ?? throw new FileNotFoundException($"{Path.Combine(folder, file.Name)} (or .gz) is missing beside the other files of {variant.Name}.")).ToArray();
        ImageSet train = null!, test = null!;
        try
        {
            Parallel.Invoke(
                () => train = ReadPart(paths[0], files[0], paths[1], files[1], verify),
                () => test = ReadPart(paths[2], files[2], paths[3], files[3], verify));
        }
        catch (AggregateException several)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }

        return (train.Height, train.Width) == (test.Height, test.Width)
            ? new(verify ? variant.Name : $"data in {variant.Name}'s format", folder, train, test, variant.Classes)
            : throw new InvalidDataException($"{folder}: training pictures of {train.Height}×{train.Width}, test pictures of {test.Height}×{test.Width}; they must be of one size.");
    }

    private static ImageSet ReadPart(string imagesPath, DataFile imagesFile, string labelsPath, DataFile labelsFile, bool verify)
    {
        var labels = IdxFile.ReadLabels(labelsPath);
        var images = IdxFile.ReadImages(imagesPath);
        if (images.Count != labels.Labels.Length)
        {
            throw new InvalidDataException($"{imagesPath} holds {images.Count:N0} pictures, {labelsPath} {labels.Labels.Length:N0} labels; the counts must be equal.");
        }

        if (verify)
        {
            Verify(imagesPath, images.Sha256, imagesFile);
            Verify(labelsPath, labels.Sha256, labelsFile);
        }

        return new(images.Pixels, labels.Labels, 1, images.Rows, images.Columns);
    }

    private static void Verify(string path, string decompressed, DataFile file)
    {
        if (!file.Decompressed && !path.EndsWith(".gz", StringComparison.Ordinal))
        {
            return;
        }

        var found = file.Decompressed ? decompressed : Downloader.Checksum(path, file);
        if (found != file.Checksum)
        {
            throw new InvalidDataException($"{path} is not the published {file.Name}: checksum {found}, expected {file.Checksum}. Fetch it again, or say --no-checksum for another data set in the same format.");
        }
    }

    private static string? Find(string folder, DataFile file)
        => new[] { file.Name, file.Name + ".gz" }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private sealed record Variant(string Name, string[] Folders, bool Decompressed, IReadOnlyList<string> Classes, string[] Checksums, Uri[] Mirrors)
    {
        private static readonly string[] Names = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

        public DataFile[] Files { get; } = [.. Names.Zip(Checksums, (name, checksum) => new DataFile(name, name + ".gz", checksum, Decompressed))];
    }
}
