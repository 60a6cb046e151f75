// What a user of the packages writes: two modules, a prior of their own, a trainer. Run by prove-packages.sh.
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Testing;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;

var prior = new CirclePrior();
PriorLaws.Check(prior).ThrowIfViolated();
using var encoder = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 2));
using var decoder = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 6));
using var trainer = new WaeTrainer(encoder, decoder, prior, new MmdDivergence());

using var generator = new Generator(1);
using var data = randn([256, 6], generator: generator);
double first = 0, last = 0;
for (var step = 0; step < 200; step++)
{
    using var scope = NewDisposeScope();
    last = trainer.Step(data).Total;
    if (step == 0)
    {
        first = last;
    }
}

Console.WriteLine($"loss {first:f3} -> {last:f3} in 200 steps with a prior of one's own");
return double.IsFinite(last) && last < first ? 0 : 1;

/// <summary>The unit circle: two members are all a prior needs.</summary>
internal sealed class CirclePrior : IPrior
{
    public long Dimension => 2;

    public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
    {
        using var angle = rand([count], dtype: dtype ?? ScalarType.Float32, generator: generator) * (2 * Math.PI);
        using var x = angle.cos();
        using var y = angle.sin();
        return stack([x, y], 1).to(device ?? CPU);
    }
}
