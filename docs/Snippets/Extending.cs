using System.Diagnostics;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;

namespace Snippets;

#region own-prior
public sealed class RingPrior : IPrior
{
    public long Dimension => 2;

    public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
    {
        using var scope = NewDisposeScope();
        var angle = rand([count], dtype: dtype ?? ScalarType.Float32, generator: generator) * (2 * Math.PI);
        return stack([angle.cos(), angle.sin()], 1).to(device ?? CPU).MoveToOuterDisposeScope();
    }
}
#endregion

#region own-kernel
public sealed class CauchyKernel(double scale) : IKernel
{
    public Tensor Gram(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        var difference = x.unsqueeze(1) - y.unsqueeze(0);
        return (1 / (1 + (difference * difference).sum(2) / scale)).MoveToOuterDisposeScope();
    }
}
#endregion

#region own-divergence
public sealed class MomentDivergence : ILatentDivergence
{
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        using var scope = NewDisposeScope();
        var mean = (encoded.mean([0]) - prior.Tensor.mean([0])).square().sum();
        var spread = (Covariance(encoded) - Covariance(prior.Tensor)).square().sum();
        return (mean + spread).MoveToOuterDisposeScope();
    }

    private static Tensor Covariance(Tensor x)
    {
        var centred = x - x.mean([0], keepdim: true);
        return centred.transpose(0, 1).matmul(centred) / x.shape[0];
    }
}
#endregion

#region own-observer
public sealed class TimeLimit(TimeSpan limit) : ITrainingObserver
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public void Observe(TrainingEvent trainingEvent)
    {
        if (trainingEvent is StepCompleted && _watch.Elapsed > limit)
        {
            trainingEvent.Trainer.RequestStop($"{limit} are over");
        }
    }
}
#endregion

/// <summary>Costs put together.</summary>
public static class Costs
{
    /// <summary>A lambda and a sum.</summary>
    public static IReconstructionCost Own()
    {
        #region own-cost
        var huber = ReconstructionCosts.Of((x, reconstruction) => nn.functional.smooth_l1_loss(reconstruction, x));
        var both = huber.Plus(new AbsoluteErrorCost().Times(0.1));
        #endregion
        return both;
    }
}
