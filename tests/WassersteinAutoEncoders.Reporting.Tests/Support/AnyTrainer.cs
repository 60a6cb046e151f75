using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Reporting.Tests.Support;

/// <summary>A trainer for events that are made by hand.</summary>
internal static class AnyTrainer
{
    public static WaeTrainer Instance { get; } = new(Linear(1, 1), Linear(1, 1), new GaussianPrior(1), new BuresDivergence());
}
