#!/usr/bin/env dotnet
// A Wasserstein auto-encoder in one file: dotnet run train.cs [steps]
// Outside this repository, name the package in place of the project:
//   #:package WassersteinAutoEncoders@0.1.0-preview.1
//   #:package TorchSharp-cpu@0.107.0
#:project ../../src/WassersteinAutoEncoders/WassersteinAutoEncoders.csproj
#:package TorchSharp-cpu
#:property PublishAot=false

using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;

var steps = 300;
if (args.Length > 0 && (!int.TryParse(args[0], out steps) || steps < 1))
{
    Console.Error.WriteLine($"error: expected a number of steps, 1 or more, but '{args[0]}' came.");
    return 2;
}

GlobalRandom.Seed(1);
var prior = new GaussianPrior(2);
using var encoder = nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 2));
using var decoder = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 10));
using var trainer = new WaeTrainer(encoder, decoder, prior, new MmdDivergence());
using var data = randn(512, 10);

for (var step = 1; step <= steps; step++)
{
    using var scope = NewDisposeScope();
    var result = trainer.Step(data);
    if (step == 1 || step % 100 == 0 || step == steps)
    {
        Console.WriteLine($"step {step}: reconstruction {result.Reconstruction:f3}, penalty {result.Penalty:f4}");
    }
}

return 0;
