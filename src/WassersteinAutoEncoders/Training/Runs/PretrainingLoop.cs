using Microsoft.Extensions.Logging;
using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Optimizers;
using WassersteinAutoEncoders.Training.Steps;

namespace WassersteinAutoEncoders.Training.Runs;

/// <summary>The steps of <see cref="EncoderPretraining"/>.</summary>
internal sealed class PretrainingLoop(TrainerState state, EncoderPretraining settings, int? batchLimit, ILogger logger, CancellationToken cancellationToken)
{
    private readonly int _maximumSteps = Math.Min(settings.MaximumSteps, batchLimit ?? int.MaxValue);
    private bool _cancelledTogether;

    private JoinedProcesses? Joined => state.Step.Joined;

    private bool Cancelled => Joined is null ? cancellationToken.IsCancellationRequested : _cancelledTogether;

    /// <summary>Pretrains; it counts as done unless it was cancelled.</summary>
    public (int Steps, double Loss) Run(BatchSource batches)
    {
        var parameters = ParameterSet.Of(("encoder", state.Model.Encoder));
        using var optimizer = WeightUpdate.Created(state.Options.Optimizer, parameters);
        optimizer.LearningRate = state.Step.Rates.LearningRate;
        var steps = 0;
        var loss = double.PositiveInfinity;
        try
        {
            for (var pass = 0; steps < _maximumSteps && loss >= settings.Threshold && !Cancelled; pass++)
            {
                var before = steps;
                foreach (var (examples, share) in Read(batches, pass))
                {
                    loss = Step(examples, share, parameters, optimizer);
                    steps++;
                    if (steps == _maximumSteps || loss < settings.Threshold || Cancelled)
                    {
                        break;
                    }
                }

                if (steps == before && !Cancelled)
                {
                    throw new ArgumentException("There are no batches to pretrain on, or they can be enumerated only once. Pass at least two examples, in a collection or an enumerable that begins anew each time.", nameof(batches));
                }
            }
        }
        finally
        {
            parameters.ClearGradients();
        }

        state.Counters.Pretrained = !Cancelled;
        TrainerLog.Pretrained(logger, steps, loss);
        return (steps, loss);
    }

    /// <summary>Batches of the size asked for; of several processes each has its part, and what is left for some of them only is dropped.</summary>
    private IEnumerable<(Batch Examples, BatchShare? Share)> Read(BatchSource batches, int pass)
    {
        using var own = Gather(batches, pass).GetEnumerator();
        while (true)
        {
            var (intent, failure) = (Intent.End, default(Exception));
            try
            {
                if (Joined is not null && cancellationToken.IsCancellationRequested)
                {
                    intent = Intent.Cancel;
                }
                else if (own.MoveNext())
                {
                    intent = Intent.Batch;
                }
            }
            catch (Exception e) when (Joined is not null)
            {
                (intent, failure) = (Intent.Fail, e);
            }

            if (Joined is not { } joined)
            {
                if (intent == Intent.End)
                {
                    yield break;
                }

                yield return (own.Current, null);
                continue;
            }

            var agreed = joined.Agree(intent, intent == Intent.Batch ? own.Current : null, failure);
            _cancelledTogether = agreed.Stop is not null;
            if (agreed.Share is not { } share || share.Counts.Contains(0))
            {
                yield break;
            }

            yield return (own.Current, share);
        }
    }

    /// <summary>As <see cref="Step(Batch, BatchShare?, ParameterSet, IParameterOptimizer)"/> of several processes: the moments are those of all codes.</summary>
    private double StepTogether(JoinedProcesses joined, Batch examples, BatchShare share, ParameterSet parameters, IParameterOptimizer optimizer)
    {
        using var scope = torch.NewDisposeScope();
        parameters.ClearGradients();
        var buffers = new JoinedBuffers(parameters.Buffers());
        buffers.Hold();
        using var reduced = state.Step.Update.Reduced?.Begin();
        var normalization = state.Step.Normalization;
        using var normalizing = normalization?.Begin();
        torch.Tensor? codes = null;
        var failure = TrainingStep.Try(() =>
        {
            StepChecks.Recording();
            codes = state.Step.Codes(examples);
            StepChecks.Differentiable(codes, "encoder", parameters);
        });
        normalization?.EndForward(failure, absent: false);
        var all = joined.GatherCodes(codes, share, state.Model.Prior.Dimension, parameters.Kind, finite: true, failure)!;
        buffers.Agree(joined.Sum([.. buffers.Changes(share.Count)], null), share.Total);
        var value = double.NaN;
        torch.Tensor? loss = null;
        failure = TrainingStep.Try(() =>
        {
            loss = Loss(all, PriorSamples.Draw(state.Model.Prior, share.Total, state.Step.PriorGenerator, all.device, all.dtype));
            value = Finite(Scalars.Read(loss));
            if (normalization is null)
            {
                loss.backward();
            }
        });
        failure = normalization is null ? failure : normalization.Backward(loss, failure);
        state.Step.Update.Reduced?.End();
        joined.SumGradients(parameters, failure);
        buffers.Apply();
        optimizer.Step();
        return value;
    }

    private double Finite(double value) => double.IsFinite(value)
        ? value
        : throw new NonFiniteException("The loss of the encoder's pretraining is not finite", 0, double.NaN, double.NaN, value, state.Step.NonFinite.LastCheckpoint);

    private double Step(Batch examples, BatchShare? share, ParameterSet parameters, IParameterOptimizer optimizer)
    {
        if (share is not null)
        {
            return StepTogether(Joined!, examples, share, parameters, optimizer);
        }

        StepChecks.Recording();
        using var scope = torch.NewDisposeScope();
        parameters.ClearGradients();
        using var reduced = state.Step.Update.Reduced?.Begin();
        var codes = state.Step.Codes(examples);
        var samples = PriorSamples.Draw(state.Model.Prior, codes.shape[0], state.Step.PriorGenerator, codes.device, codes.dtype);
        var loss = Loss(codes, samples);
        var value = Finite(Scalars.Read(loss));
        StepChecks.Differentiable(codes, "encoder", parameters);
        loss.backward();
        state.Step.Update.Reduced?.End();
        optimizer.Step();
        return value;
    }

    private static torch.Tensor Loss(torch.Tensor codes, torch.Tensor samples)
    {
        var (codeMean, codeCovariance) = Moments(codes);
        var (sampleMean, sampleCovariance) = Moments(samples);
        var mean = codeMean - sampleMean;
        var covariance = codeCovariance - sampleCovariance;
        return (mean * mean).mean().Plus((covariance * covariance).mean());
    }

    private static (torch.Tensor Mean, torch.Tensor Covariance) Moments(torch.Tensor points)
    {
        var mean = points.mean([0], keepdim: true);
        var centred = points - mean;
        return (mean, centred.transpose(0, 1).mm(centred).Over(points.shape[0] - 1));
    }

    private long OwnSize()
    {
        var (rank, size) = (Joined?.Rank ?? 0, Joined?.Size ?? 1);
        return settings.BatchSize * (rank + 1L) / size - settings.BatchSize * (long)rank / size;
    }

    /// <summary>Puts batches together to the size asked for; what is left at the end of a pass is dropped unless it is all there is.</summary>
    private IEnumerable<Batch> Gather(BatchSource batches, int pass)
    {
        using var gathered = new GatheredBatch(OwnSize());
        var complete = false;
        using var reader = batches.Open(pass);
        for (var read = 0; read < (batchLimit ?? int.MaxValue) && reader.Next() is { } batch; read++)
        {
            StepChecks.Batch(batch.Input, state.Step.Update.Parameters.Kind);
            for (long taken = 0; taken < batch.Input.shape[0];)
            {
                taken += gathered.Add(batch, taken);
                if (gathered.IsFull)
                {
                    complete = true;
                    yield return gathered.Take();
                }
            }
        }

        if (!complete && gathered.Filled > 1)
        {
            yield return gathered.Take();
        }
    }

    /// <summary>Examples, with their labels, from one batch after another.</summary>
    private sealed class GatheredBatch(long size) : IDisposable
    {
        private readonly List<torch.Tensor> _owned = [];
        private torch.Tensor? _input;
        private torch.Tensor? _labels;

        public long Filled { get; private set; }

        public bool IsFull => Filled == size;

        /// <summary>Copies examples from a place on, as many as fit; returns how many.</summary>
        public long Add(Batch batch, long from)
        {
            var count = Math.Min(batch.Input.shape[0] - from, size - Filled);
            _input ??= New(batch.Input);
            CheckAlike(batch.Input, _input);
            Copy(batch.Input, from, _input, count);
            if (batch.Labels is { } labels)
            {
                if (labels.dim() < 1 || labels.shape[0] != batch.Input.shape[0])
                {
                    throw new ArgumentException($"Expected a label for each example, but there are {batch.Input.shape[0]} examples and labels of shape {Guard.Shape(labels)}. Give one row of labels for each example.", "batches");
                }

                _labels ??= New(labels);
                CheckAlike(labels, _labels);
                Copy(labels, from, _labels, count);
            }

            Filled += count;
            return count;
        }

        /// <summary>What has been gathered, valid until the next <see cref="Add"/>.</summary>
        public Batch Take()
        {
            var count = Filled;
            Filled = 0;
            return new Batch(Part(_input!), _labels is null ? null : Part(_labels));

            torch.Tensor Part(torch.Tensor all) => count == size ? all : Owned(all.narrow(0, 0, count));
        }

        public void Dispose() => _owned.ForEach(t => t.Dispose());

        private torch.Tensor New(torch.Tensor like) => Owned(torch.empty([size, .. like.shape[1..]], dtype: like.dtype, device: like.device));

        private torch.Tensor Owned(torch.Tensor made)
        {
            _owned.Add(made.DetachFromDisposeScope());
            return made;
        }

        private static void CheckAlike(torch.Tensor batch, torch.Tensor gathered)
        {
            if (!batch.shape.AsSpan(1).SequenceEqual(gathered.shape.AsSpan(1)))
            {
                throw new ArgumentException($"Expected batches whose examples have one shape, but one of shape {Guard.Shape(batch)} follows examples of [{string.Join(", ", gathered.shape[1..])}]. Make all examples alike.", "batches");
            }
        }

        private void Copy(torch.Tensor source, long from, torch.Tensor target, long count)
        {
            using var noGrad = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            target.narrow(0, Filled, count).copy_(source.narrow(0, from, count));
        }
    }
}
