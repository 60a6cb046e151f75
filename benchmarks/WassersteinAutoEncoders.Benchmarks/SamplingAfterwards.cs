using System.Globalization;
using System.Text;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Samples.Data;
using WassersteinAutoEncoders.Sampling;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Benchmarks;

/// <summary>What one decoder makes of samples of the prior, of a mixture and of a flow fitted to its codes, on MNIST.</summary>
internal static class SamplingAfterwards
{
    private const int TrainingPictures = 20_000;
    private const int Compared = 2000;
    private const int FlowSteps = 4000;
    private const double Target = 0.7;

    /// <summary>The table, and whether the flow reaches the target at every dimension.</summary>
    public static (string Text, bool Reached) Table(string command, string? folder, int epochs)
    {
        set_num_threads(1);
        using var scope = NewDisposeScope();
        var data = MnistData.LoadOrGenerate(folder, Console.WriteLine);
        var chosen = data.Train.Thin(TrainingPictures);
        var (train, test) = (chosen.ToTensor(), data.Test.Thin(Compared).ToTensor());
        GlobalRandom.Seed(1);
        using var features = Classifier(train, chosen.LabelsToTensor());
        var real = Features(features, test);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Sampling afterwards\n\nWritten by `{command}` on {DateTime.UtcNow:yyyy-MM-dd}. {data.Name}, {train.shape[0]:N0} pictures, MLP 784-200-200-200-d and back, MMD with the IMQ mixture, λ 10, cost 0.05·Σ(x−x̂)², batch 128, Adam 1e-3, {epochs} epochs, seed 1. {Compared:N0} decoded samples against {Compared:N0} test pictures, on the 64 features of a small classifier trained on the same pictures; k = 5. Mixture: ten components; flow: {FlowSteps:N0} steps. Single runs.\n\n");
        text.Append("| d | codes from | Fréchet distance | times the prior's | precision | recall | density | coverage |\n| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        var reached = true;
        foreach (var d in (int[])[8, 64])
        {
            reached &= Rows(text, d, epochs, train, test, features, real) <= Target;
        }

        return (text.ToString(), reached);
    }

    private static double Rows(StringBuilder text, int d, int epochs, Tensor train, Tensor test, Module<Tensor, Tensor> features, Tensor real)
    {
        using var scope = NewDisposeScope();
        GlobalRandom.Seed(1);
        using var encoder = Sequential(Flatten(), Linear(784, 200), ReLU(), Linear(200, 200), ReLU(), Linear(200, 200), ReLU(), Linear(200, d));
        using var decoder = Sequential(Linear(d, 200), ReLU(), Linear(200, 200), ReLU(), Linear(200, 200), ReLU(), Linear(200, 784), Sigmoid(), Unflatten(1, [1, 28, 28]));
        var prior = new GaussianPrior(d);
        using (var trainer = new WaeTrainer(encoder, decoder, prior, new MmdDivergence(), new WaeTrainerOptions { Cost = new SquaredErrorCost(factor: 0.05), Lambda = 10 }))
        {
            trainer.Fit(new TensorBatcher(train, 128, dropLast: true, seed: 1), epochs);
        }

        var codes = Features(encoder, train);
        Console.WriteLine($"d = {d}: trained");
        var mixture = GaussianMixtureFit.Run(codes.slice(0, 0, 5000, 1), 10, new GaussianMixtureFitOptions { Starts = 1, MaximumIterations = 50 }).Prior;
        using var flow = FlowModel.Fit(codes, FlowSteps);
        var baseline = double.NaN;
        var ratio = double.NaN;
        foreach (var (name, source) in new (string, IPrior?)[] { ("the prior", prior), ("the mixture", mixture), ("the flow", flow), ("test pictures: their reconstructions", null) })
        {
            using var generator = new Generator(2);
            var pictures = source is null ? DecodedSamples.Decode(decoder, Features(encoder, test)) : DecodedSamples.Draw(decoder, source, Compared, generator);
            var made = Features(features, pictures);
            var distance = FrechetDistance.Evaluate(made, real);
            baseline = double.IsNaN(baseline) ? distance : baseline;
            ratio = source == flow ? distance / baseline : ratio;
            var figures = NeighborhoodFigures.Evaluate(real, made);
            var row = string.Create(CultureInfo.InvariantCulture, $"| {d} | {name} | {distance:0.00} | {distance / baseline:0.00} | {figures.Precision:0.00} | {figures.Recall:0.00} | {figures.Density:0.00} | {figures.Coverage:0.00} |");
            Console.WriteLine(row);
            text.Append(row).Append('\n');
        }

        return ratio;
    }

    /// <summary>One pass over the pictures; what is returned ends before the layer of classes.</summary>
    private static Module<Tensor, Tensor> Classifier(Tensor pictures, Tensor labels)
    {
        var features = Sequential(Conv2d(1, 8, 4, stride: 2, padding: 1), ReLU(), Conv2d(8, 16, 4, stride: 2, padding: 1), ReLU(), Flatten(), Linear(784, 64), ReLU());
        using var classes = Linear(64, 10);
        using var optimizer = optim.Adam([.. features.parameters(), .. classes.parameters()], 2e-3);
        foreach (var rows in new TensorBatcher(arange(pictures.shape[0], dtype: ScalarType.Int64), 128, seed: 1))
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            functional.cross_entropy(classes.call(features.call(pictures.index_select(0, rows))), labels.index_select(0, rows)).backward();
            optimizer.step();
        }

        return features;
    }

    private static Tensor Features(Module<Tensor, Tensor> module, Tensor pictures)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return cat([.. pictures.split(1000).Select(module.call)], 0).MoveToOuterDisposeScope();
    }
}
