#!/usr/bin/env dotnet
// A Wasserstein auto-encoder in one file: dotnet run train.cs [epochs]
// Outside this repository, name the package in place of the project:
//   #:package WassersteinAutoEncoders@0.1.0-preview.1
//   #:package TorchSharp-cpu@0.107.0
#:project ../../src/WassersteinAutoEncoders/WassersteinAutoEncoders.csproj
#:package TorchSharp-cpu
#:property PublishAot=false

using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Observers;
using static TorchSharp.torch;

var epochs = 20;
if (args.Length > 0 && (!int.TryParse(args[0], out epochs) || epochs < 1))
{
    Console.Error.WriteLine($"error: expected a number of epochs, 1 or more, but '{args[0]}' came.");
    return 2;
}

// Data: two numbers decide ten.
GlobalRandom.Seed(1);
using var data = randn(4096, 2).mm(randn(2, 10)).tanh();

// Networks, prior, divergence, trainer.
using var encoder = nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 2));
using var decoder = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 10));
using var trainer = new WaeTrainer(encoder, decoder, new GaussianPrior(2), new MmdDivergence());
trainer.Fit(new TensorBatcher(data, batchSize: 128, seed: 1), epochs, new FitOptions { Observers = [new ConsoleObserver()] });

// Samples: new rows like those of the data.
using var samples = trainer.Model.Sample(3);
Console.WriteLine(samples.ToString(TorchSharp.TensorStringStyle.Julia));
return 0;
