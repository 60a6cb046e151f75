using System.CommandLine;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Reporting;
using WassersteinAutoEncoders.Samples.CustomPrior;
using WassersteinAutoEncoders.Samples.Data;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Observers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

var epochs = new Option<int>("--epochs") { DefaultValueFactory = _ => 5, Description = "Passes through the training pictures" };
var divergence = new Option<string>("--divergence") { DefaultValueFactory = _ => "both", Description = "The library's MMD with a kernel of one's own, or a divergence of one's own" };
divergence.AcceptOnlyFromAmong("both", "matern-mmd", "chamfer");
var folder = new Option<string?>("--data-dir", "--data") { Description = "A folder with MNIST, or \"digits\" for generated ones; looked for and downloaded when left out" };
var output = new Option<string>("--output", "--out") { DefaultValueFactory = _ => "out/custom-prior", Description = "Where the pictures go" };
var command = new RootCommand("Trains auto-encoders on MNIST whose codes take the shape of a Swiss roll: a prior, a kernel and a divergence of one's own.") { epochs, divergence, folder, output };
command.SetAction(line => Train(line.GetValue(epochs), line.GetValue(divergence)!, line.GetValue(folder), line.GetValue(output)!));
try
{
    return command.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}

static void Train(int epochs, string chosen, string? folder, string output)
{
    Directory.CreateDirectory(output);

    // Data: pictures [n, 1, 28, 28] in [0, 1].
    var data = MnistData.LoadOrGenerate(folder, Console.WriteLine);
    Console.WriteLine($"{data.Name} from {data.Source}: {data.Train.Count:N0} pictures to train on, {data.Test.Count:N0} to test with");
    var few = data.Test.Thin(4000);
    using var training = data.Train.ToTensor();
    using var test = few.ToTensor();

    // Prior, kernel and divergence are this project's own files.
    var prior = new SwissRollPrior();
    (string Name, ILatentDivergence Divergence, double Lambda)[] all =
    [
        ("matern-mmd", new MmdDivergence(new MaternKernel(0.2, 0.5, 1, 2)), 30),
        ("chamfer", new ChamferDivergence(), 3),
    ];
    foreach (var (name, divergence, lambda) in all.Where(one => chosen == "both" || chosen == one.Name))
    {
        // Networks, the same weights each time.
        GlobalRandom.Seed(1);
        using var encoder = Sequential(Flatten(), Linear(784, 200), ReLU(), Linear(200, 200), ReLU(), Linear(200, 200), ReLU(), Linear(200, prior.Dimension));
        using var decoder = Sequential(Linear(prior.Dimension, 200), ReLU(), Linear(200, 200), ReLU(), Linear(200, 200), ReLU(), Linear(200, 784), Sigmoid(), Unflatten(1, [1, 28, 28]));

        // Trainer.
        using var trainer = new WaeTrainer(encoder, decoder, prior, divergence, new WaeTrainerOptions { Lambda = lambda, EmaDecay = 0.999, Seed = 1 });
        var before = Distance(trainer.Model, test);
        trainer.Fit(new TensorBatcher(training, batchSize: 128, dropLast: true, seed: 1), epochs, new FitOptions { Observers = [new ConsoleObserver()] });
        Console.WriteLine($"{name}: a code's distance to the nearest of as many prior samples, mean: {before:f3} before, {Distance(trainer.Model, test):f3} after training");

        // Pictures: where the codes of test pictures lie, by class, over the prior.
        using var codes = trainer.Model.Encode(test);
        var picture = Path.Combine(output, $"codes-{name}.svg");
        Figure.Codes(codes, prior, [.. few.Labels.Select(label => (int)label)], data.ClassNames).Save(picture);
        Console.WriteLine($"{Path.GetFullPath(picture)}: codes of test pictures by class over the prior");
    }
}

static double Distance(WaeModel model, Tensor test)
{
    using var scope = NewDisposeScope();
    using var generator = new Generator(5, CPU);
    return cdist(model.Encode(test), model.Prior.Sample(test.shape[0], generator)).amin(1).mean().ToDouble();
}
