// A Wasserstein auto-encoder whose codes follow a prior of its own, from top to bottom: data, prior, networks, divergence, trainer, pictures.
// "YOURS" marks the places where a study of your own begins. Run it with: dotnet run -c Release --project My-Prior [epochs]
using System.Globalization;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Reporting;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Observers;
using static TorchSharp.torch;

var epochs = 12;
if (args.Length > 0 && (!int.TryParse(args[0], NumberStyles.None, CultureInfo.InvariantCulture, out epochs) || epochs < 1))
{
    Console.Error.WriteLine($"error: expected a number of epochs, 1 or more, but got '{args[0]}'.");
    return 2;
}

// Weights are drawn from the global generator: with a seed, the run is the same again.
GlobalRandom.Seed(1);

// Data: hands of a dial, which one angle describes. YOURS: two tensors [n, ...] in place of these, whose values fit the
// decoder's last layer (here 0 to 1).
var (training, _) = Dials.Draw(8_192, seed: 1);
var (validation, hours) = Dials.Draw(1_024, seed: 2);
var image = new ImageShape(1, Dials.Side, Dials.Side);
var batches = new TensorBatcher(training, batchSize: 128, seed: 1);

// Prior: the distribution that the codes are to follow. YOURS: RingPrior.cs, and the test beside it.
var prior = new RingPrior();

// Networks. YOURS: any two modules, [n, ...] -> [n, prior.Dimension] and back.
using var encoder = nn.Sequential(nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, prior.Dimension));
using var decoder = nn.Sequential(nn.Linear(prior.Dimension, 64), nn.ReLU(), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 256), nn.Sigmoid());

// Divergence: how far the codes are from the prior. YOURS: SlicedWassersteinDivergence, SinkhornDivergence, ...
var divergence = new MmdDivergence();

// Trainer. Lambda weighs the divergence against the reconstruction: larger gives better samples, smaller sharper reconstructions.
using var trainer = new WaeTrainer(encoder, decoder, prior, divergence, new WaeTrainerOptions
{
    Lambda = 1,
    LearningRate = 2e-3,
    Seed = 1,
});

Directory.CreateDirectory("out");
var probe = new ReportProbe(prior)
{
    Images = new ImageProbe(validation, image, PixelRange.Unit),
    Codes = new CodeProbe(validation, hours),
};
using var report = new ReportObserver("out/report.html", probe, new ReportOptions { Title = "My-Prior" });
var run = trainer.Fit(batches, epochs, new FitOptions
{
    Validation = [validation],
    Observers = [new ConsoleObserver(), report],
});

// Pictures: inputs above their reconstructions, new images from samples of the prior, and the codes over the prior.
using var inputs = validation[..16];
using var reconstructions = trainer.Model.Reconstruct(inputs);
using var pairs = cat([inputs, reconstructions]).reshape(-1, image.Channels, image.Height, image.Width);
ImageGrid.Save("out/reconstructions.png", pairs, PixelRange.Unit, columns: 16, scale: 2);
using var samples = trainer.Model.Sample(64);
ImageGrid.Save("out/samples.png", samples.reshape(-1, image.Channels, image.Height, image.Width), PixelRange.Unit, columns: 16, scale: 2);
using var codes = trainer.Model.Encode(validation);
Figure.Codes(codes, prior, hours).Save("out/codes.svg");
trainer.Model.SaveWeights("out/weights.safetensors");

Console.WriteLine($"{run.Epochs} epochs in {run.Elapsed.TotalSeconds:f1} s. Open {Path.GetFullPath("out/report.html")}");
return 0;
