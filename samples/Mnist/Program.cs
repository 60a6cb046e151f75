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

var epochs = new Option<int>("--epochs") { DefaultValueFactory = _ => 10, Description = "Passes through the training pictures" };
var prior = new Option<string>("--prior") { DefaultValueFactory = _ => "normal", Description = "The distribution that the codes are to follow" };
prior.AcceptOnlyFromAmong("normal", "sphere", "uniform", "mixture");
var divergence = new Option<string>("--divergence") { DefaultValueFactory = _ => "mmd", Description = "How far the codes are from the prior" };
divergence.AcceptOnlyFromAmong("mmd", "sliced", "sinkhorn", "cramer-wold");
var folder = new Option<string?>("--data-dir", "--data") { Description = "A folder with MNIST, or \"digits\" for generated ones; looked for and downloaded when left out" };
var output = new Option<string>("--output", "--out") { DefaultValueFactory = _ => "out/mnist", Description = "Where pictures, report and weights go" };
var command = new RootCommand("Trains a Wasserstein auto-encoder on MNIST, measures it on the test set and leaves pictures and a report to look at.") { epochs, prior, divergence, folder, output };
command.SetAction(line => Train(line.GetValue(epochs), line.GetValue(prior)!, line.GetValue(divergence)!, line.GetValue(folder), line.GetValue(output)!));
try
{
    return command.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}

static void Train(int epochs, string priorName, string divergenceName, string? folder, string output)
{
    Directory.CreateDirectory(output);

    // Data: pictures [n, 1, 28, 28] in [0, 1]. A part of the test pictures, from all over the set, is looked at after each epoch.
    var data = MnistData.LoadOrGenerate(folder, Console.WriteLine);
    Console.WriteLine($"{data.Name} from {data.Source}: {data.Train.Count:N0} pictures to train on, {data.Test.Count:N0} to test with");
    var few = data.Test.Thin(2000);
    using var training = data.Train.ToTensor();
    using var test = data.Test.ToTensor();
    using var validation = few.ToTensor();
    var batches = new TensorBatcher(training, batchSize: 128, dropLast: true, seed: 1);

    // Networks, whose weights are drawn from the global generator: pictures to codes, and back.
    GlobalRandom.Seed(1);
    using var encoder = Sequential(
        Flatten(),
        Linear(784, 200), ReLU(),
        Linear(200, 200), ReLU(),
        Linear(200, 200), ReLU(),
        Linear(200, Dimension));
    using var decoder = Sequential(
        Linear(Dimension, 200), ReLU(),
        Linear(200, 200), ReLU(),
        Linear(200, 200), ReLU(),
        Linear(200, 784), Sigmoid(),
        Unflatten(1, [1, 28, 28]));

    // Prior: what the codes are to follow.
    IPrior prior = priorName switch
    {
        "sphere" => new SpherePrior(Dimension),
        "uniform" => new UniformPrior(Dimension),
        "mixture" => GaussianMixturePrior.Ring(10, radius: 2, standardDeviation: 0.2, Dimension),
        _ => new GaussianPrior(Dimension),
    };

    // Divergence: how far they are from it, and its weight beside the reconstruction. The divergences' scales differ.
    (ILatentDivergence Divergence, double Lambda) chosen = divergenceName switch
    {
        "sliced" => (new SlicedWassersteinDivergence(SliceDirections.Random(seed: 1)), 10),
        "sinkhorn" => (new SinkhornDivergence(), 1),
        "cramer-wold" => (new CramerWoldDivergence(), 100),
        _ => (new MmdDivergence(), 10),
    };

    // Trainer. Averaged weights are looked at: the noise of the last steps is not in them.
    using var trainer = new WaeTrainer(encoder, decoder, prior, chosen.Divergence, new WaeTrainerOptions { Lambda = chosen.Lambda, EmaDecay = 0.999, Seed = 1 });
    var probe = new ReportProbe(prior)
    {
        Images = new ImageProbe(validation, new ImageShape(1, 28, 28), PixelRange.Unit),
        Codes = new CodeProbe(validation, [.. few.Labels.Select(label => (int)label)], data.ClassNames),
    };
    using var report = new ReportObserver(Path.Combine(output, "report.html"), probe, new ReportOptions { Title = $"Wasserstein auto-encoder on {data.Name}", CostUnit = "0.05·Σ(x−x̂)² per image" });
    trainer.Fit(batches, epochs, new FitOptions
    {
        Validation = new TensorBatcher(validation, batchSize: 500, seed: 1),
        Observers = [new ConsoleObserver(), report],
    });

    // Figures on the test pictures: the reconstruction, and the authors' MMD between 1,000 codes and 1,000 samples of the prior.
    var found = trainer.Model.Evaluate(new TensorBatcher(test, batchSize: 1000, seed: 1), new MmdDivergence());
    Console.WriteLine($"on {found.Count:N0} test pictures: reconstruction {found.Reconstruction:f4}, MMD² of 1,000 codes {found.Penalty:f4}");

    // Pictures: inputs above their reconstructions, samples of the prior decoded, and the codes over the prior.
    using var inputs = validation[..16];
    using var reconstructions = trainer.Model.Reconstruct(inputs);
    using var pairs = cat([inputs, reconstructions]);
    ImageGrid.Save(Path.Combine(output, "reconstructions.png"), pairs, PixelRange.Unit, columns: 16, scale: 2);
    using var samples = trainer.Model.Sample(96);
    ImageGrid.Save(Path.Combine(output, "samples.png"), samples, PixelRange.Unit, columns: 16, scale: 2);
    using var codes = trainer.Model.Encode(validation);
    Figure.Codes(codes, prior, [.. few.Labels.Select(label => (int)label)], data.ClassNames).Save(Path.Combine(output, "codes.svg"));
    trainer.Model.SaveWeights(Path.Combine(output, "weights.safetensors"));
    Console.WriteLine($"{Path.GetFullPath(output)}: report.html, reconstructions.png, samples.png, codes.svg, weights.safetensors");
}
