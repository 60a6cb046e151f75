using System.CommandLine;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Reporting;
using WassersteinAutoEncoders.Samples.Data;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Observers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

const int Dimension = 8;
const int SamplesPerDigit = 10;

var epochs = new Option<int>("--epochs") { DefaultValueFactory = _ => 5, Description = "Passes through the training pictures." };
var folder = new Option<string?>("--data-dir", "--data") { Description = "A folder with MNIST, or \"digits\" for generated ones; looked for and downloaded when left out." };
var output = new Option<string>("--output", "--out") { DefaultValueFactory = _ => "out/conditional", Description = "Where the picture and the weights go." };
var joint = new Option<bool>("--joint") { Description = "Compares all codes together with the prior instead of each digit's by themselves." };
var command = new RootCommand("Trains a conditional Wasserstein auto-encoder on MNIST and draws ten samples of each digit.") { epochs, folder, output, joint };
command.SetAction(line => Train(line.GetValue(epochs), line.GetValue(folder), line.GetValue(output)!, line.GetValue(joint)));
try
{
    return command.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}

static void Train(int epochs, string? folder, string output, bool joint)
{
    // Pictures [n, 1, 28, 28] in [0, 1] and labels [n], whole numbers 0 to 9.
    var data = MnistData.LoadOrGenerate(folder, Console.WriteLine);
    Console.WriteLine($"{data.Name} from {data.Source}: {data.Train.Count:N0} pictures to train on, {data.Test.Count:N0} to test with");
    using var pictures = data.Train.ToTensor();
    using var labels = data.Train.LabelsToTensor();
    using var testPictures = data.Test.ToTensor();
    using var testLabels = data.Test.LabelsToTensor();
    var batches = new TensorBatcher(pictures, batchSize: 200, seed: 1).WithLabels(labels);
    var validation = new TensorBatcher(testPictures, batchSize: 200, shuffle: false).WithLabels(testLabels);

    // Encoder and decoder see the digit beside the picture or the code.
    GlobalRandom.Seed(1);
    using var encoder = new WithDigit("encoder", Sequential(Linear(784 + WithDigit.Digits, 400), ReLU(), Linear(400, 200), ReLU(), Linear(200, Dimension)), [Dimension]);
    using var decoder = new WithDigit("decoder", Sequential(Linear(Dimension + WithDigit.Digits, 200), ReLU(), Linear(200, 400), ReLU(), Linear(400, 784), Sigmoid()), [1, 28, 28]);
    var model = new WaeModel(encoder, decoder, new GaussianPrior(Dimension));

    // With the divergence of each digit's codes from the prior, a sample of the prior is a likely code for every digit.
    var mmd = new MmdDivergence();
    ILatentDivergence divergence = joint ? mmd : new PerClassDivergence(mmd);
    using var trainer = new WaeTrainer(model, divergence);
    trainer.Fit(batches, epochs, new FitOptions { LabeledValidation = validation, Observers = [new ConsoleObserver()] });

    // One row for each digit.
    Directory.CreateDirectory(output);
    using var wanted = arange(WithDigit.Digits, dtype: ScalarType.Int64).repeat_interleave(SamplesPerDigit);
    using var samples = model.SampleFor(wanted);
    var picture = Path.Combine(output, "samples.png");
    ImageGrid.Save(picture, samples, PixelRange.Unit, columns: SamplesPerDigit, scale: 2);
    model.SaveWeights(Path.Combine(output, "weights.safetensors"));
    Console.WriteLine($"ten samples of each digit: {Path.GetFullPath(picture)}");
}

/// <summary>Layers that see a digit, as ten numbers of which one is 1, beside each flattened row of their input.</summary>
internal sealed class WithDigit : Module<Tensor, Tensor, Tensor>
{
    public const int Digits = 10;
    private readonly Module<Tensor, Tensor> _layers;
    private readonly long[] _shape;

    public WithDigit(string name, Module<Tensor, Tensor> layers, long[] shape)
        : base(name)
    {
        (_layers, _shape) = (layers, shape);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var digits = functional.one_hot(labels, Digits).to(input.dtype);
        return _layers.call(cat([input.flatten(1), digits], 1)).reshape([input.shape[0], .. _shape]).MoveToOuterDisposeScope();
    }
}
