using System.CommandLine;

namespace WassersteinAutoEncoders.Tool.CommandLine;

/// <summary>The options of the commands that train.</summary>
internal sealed class CommonOptions
{
    private readonly Option<NetworkKind?> _network;
    private readonly Option<int?> _width = OptionFactory.Whole("--dim-h", "Units of a hidden layer of mlp [200], channels of the first convolution of conv and review [32]");
    private readonly Option<int?> _batch = OptionFactory.Whole("--batch-size", "Pictures a step [128]");
    private readonly Option<double?> _rate = OptionFactory.Number("--lr", "Learning rate of Adam [0.001]");
    private readonly Option<DatasetKind?> _dataset = OptionFactory.Choice("--dataset", "Data to train on [auto: MNIST, or generated digits where it can't be had]; folder: the pictures in --data-dir", Choices.Datasets);
    private readonly Option<string?> _data = OptionFactory.Text("--data-dir", "Folder of the data set or the pictures; else WAE_DATA_DIR, ../shared/data, a cache, a download", "folder", "--data");
    private readonly Option<bool> _anyChecksum = new("--no-checksum") { Description = "Take any data set in the format" };
    private readonly Option<int?> _epochs;
    private readonly Option<long?> _steps = OptionFactory.Long("--max-steps", "End training after so many steps");
    private readonly Option<long?> _seed = OptionFactory.Long("--seed", "Seed of everything random [1]");
    private readonly Option<int?> _threads = OptionFactory.Whole("--threads", "Threads of libtorch [its own choice]");
    private readonly Option<string?> _output;

    /// <summary>Makes the options.</summary>
    /// <param name="epochs">The number of epochs unless told otherwise, for the help.</param>
    /// <param name="output">The folder to write to unless told otherwise, for the help.</param>
    /// <param name="network">The networks unless told otherwise, for the help.</param>
    public CommonOptions(string epochs, string output, string network)
    {
        _network = OptionFactory.Choice("--network", $"The networks [{network}]", Choices.Networks);
        _epochs = OptionFactory.Whole("--epochs", $"Passes over the data [{epochs}]");
        _output = OptionFactory.Text("--out", $"Folder for what is written [{output}]", "folder");
    }

    /// <summary>The options, for a command.</summary>
    public IEnumerable<Option> All => [_network, _width, _batch, _rate, _dataset, _data, _anyChecksum, _epochs, _steps, _seed, _threads, _output];

    /// <summary>The data asked for, or none.</summary>
    public DatasetKind? Dataset(ParseResult line) => line.GetValue(_dataset);

    /// <summary>What is missing.</summary>
    public IEnumerable<string> Mistakes(ParseResult line)
        => Dataset(line) == DatasetKind.Folder && line.GetValue(_data) is null ? ["--dataset folder needs --data-dir, the folder of the pictures."] : [];

    /// <summary>The settings with what the command line says of them; other networks than theirs have a width of their own.</summary>
    public TrainingSettings Apply(ParseResult line, TrainingSettings settings) => settings with
    {
        Network = line.GetValue(_network) ?? settings.Network,
        Width = line.GetValue(_width) ?? ((line.GetValue(_network) ?? settings.Network) is var network && network == settings.Network ? settings.Width : network == NetworkKind.Mlp ? 200 : 32),
        BatchSize = line.GetValue(_batch) ?? settings.BatchSize,
        LearningRate = line.GetValue(_rate) ?? settings.LearningRate,
        Dataset = line.GetValue(_dataset) ?? settings.Dataset,
        DataFolder = line.GetValue(_data),
        VerifyChecksums = !line.GetValue(_anyChecksum),
        Epochs = line.GetValue(_epochs) ?? settings.Epochs,
        MaxSteps = line.GetValue(_steps),
        Seed = line.GetValue(_seed) ?? settings.Seed,
        Threads = line.GetValue(_threads),
        Output = line.GetValue(_output) ?? settings.Output,
    };
}
