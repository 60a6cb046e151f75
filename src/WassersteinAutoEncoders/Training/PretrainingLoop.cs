using TorchSharp;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Optimizers;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Training;

/// <summary>The steps of <see cref="EncoderPretraining"/>.</summary>
internal sealed class PretrainingLoop(
    Module<torch.Tensor, torch.Tensor> encoder, IPrior prior, StepRunner runner, WaeTrainerOptions options, EncoderPretraining settings, CancellationToken cancellationToken)
{
    public PretrainingResult Run(IEnumerable<torch.Tensor> batches)
    {
        var parameters = ParameterSet.Of(("encoder", encoder));
        using var optimizer = options.Optimizer.Create(parameters.Trainable);
        optimizer.LearningRate = runner.LearningRate;
        var steps = 0;
        var loss = double.PositiveInfinity;
        try
        {
            for (var pass = 0; steps < settings.MaximumSteps && loss >= settings.Threshold && !cancellationToken.IsCancellationRequested; pass++)
            {
                var before = steps;
                foreach (var examples in Gather(batches is IEpochBatches numbered ? numbered.Epoch(pass) : batches))
                {
                    loss = Step(examples, parameters, optimizer);
                    steps++;
                    if (steps == settings.MaximumSteps || loss < settings.Threshold || cancellationToken.IsCancellationRequested)
                    {
                        break;
                    }
                }

                if (steps == before)
                {
                    throw new ArgumentException("There are no batches to pretrain on, or they can be enumerated only once. Pass at least two examples, in a collection or an enumerable that begins anew each time.", nameof(batches));
                }
            }
        }
        finally
        {
            parameters.ClearGradients();
        }

        return new PretrainingResult(steps, loss);
    }

    private double Step(torch.Tensor examples, ParameterSet parameters, IParameterOptimizer optimizer)
    {
        StepChecks.Recording();
        using var scope = torch.NewDisposeScope();
        parameters.ClearGradients();
        var codes = ModuleCalls.Encode(encoder, options.EncoderNoise is { } noise ? noise.Apply(examples, runner.NoiseGenerator) : examples, prior.Dimension);
        var samples = ModuleCalls.Sample(prior, codes.shape[0], runner.PriorGenerator, codes.device, codes.dtype);
        var loss = Loss(codes, samples);
        var value = Scalars.Read(loss);
        if (!double.IsFinite(value))
        {
            throw new NonFiniteException("The loss of the encoder's pretraining is not finite", 0, double.NaN, double.NaN, value, runner.NonFinite.LastCheckpoint);
        }

        StepChecks.Differentiable(codes, "encoder", parameters);
        loss.backward();
        optimizer.Step();
        return value;
    }

    private static torch.Tensor Loss(torch.Tensor codes, torch.Tensor samples)
    {
        var (codeMean, codeCovariance) = Moments(codes);
        var (sampleMean, sampleCovariance) = Moments(samples);
        var mean = codeMean - sampleMean;
        var covariance = codeCovariance - sampleCovariance;
        return (mean * mean).mean() + (covariance * covariance).mean();
    }

    private static (torch.Tensor Mean, torch.Tensor Covariance) Moments(torch.Tensor points)
    {
        var mean = points.mean([0], keepdim: true);
        var centred = points - mean;
        return (mean, centred.transpose(0, 1).mm(centred) / (points.shape[0] - 1));
    }

    /// <summary>Puts batches together to the size asked for; what is left at the end of a pass is dropped unless it is all there is.</summary>
    private IEnumerable<torch.Tensor> Gather(IEnumerable<torch.Tensor> batches)
    {
        torch.Tensor? gathered = null;
        long filled = 0;
        var complete = false;
        try
        {
            using var reader = new BatchReader(batches);
            while (reader.Next() is { } batch)
            {
                StepChecks.Batch(batch, runner.Parameters);
                for (long taken = 0; taken < batch.shape[0];)
                {
                    gathered ??= New(batch);
                    CheckAlike(batch, gathered);
                    var count = Math.Min(batch.shape[0] - taken, settings.BatchSize - filled);
                    Copy(batch, taken, gathered, filled, count);
                    taken += count;
                    filled += count;
                    if (filled < settings.BatchSize)
                    {
                        continue;
                    }

                    complete = true;
                    filled = 0;
                    yield return gathered;
                }
            }

            if (!complete && filled > 1)
            {
                using var all = gathered!.narrow(0, 0, filled);
                yield return all;
            }
        }
        finally
        {
            gathered?.Dispose();
        }
    }

    private torch.Tensor New(torch.Tensor like)
        => torch.empty([settings.BatchSize, .. like.shape[1..]], dtype: like.dtype, device: like.device).DetachFromDisposeScope();

    private static void CheckAlike(torch.Tensor batch, torch.Tensor gathered)
    {
        if (!batch.shape.AsSpan(1).SequenceEqual(gathered.shape.AsSpan(1)))
        {
            throw new ArgumentException($"Expected batches whose examples have one shape, but one of shape {Guard.Shape(batch)} follows examples of [{string.Join(", ", gathered.shape[1..])}]. Make all examples alike.", "batches");
        }
    }

    private static void Copy(torch.Tensor source, long from, torch.Tensor target, long to, long count)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        target.narrow(0, to, count).copy_(source.narrow(0, from, count));
    }
}
