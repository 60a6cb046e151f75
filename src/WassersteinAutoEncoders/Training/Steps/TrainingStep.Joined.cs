using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Models;

namespace WassersteinAutoEncoders.Training.Steps;

/// <content>A step that several processes take together, each with its rows of the batch.</content>
internal sealed partial class TrainingStep
{
    private readonly JoinedBuffers? _buffers;

    /// <summary>Batch normalization over the rows of all processes, where it is asked for.</summary>
    public JoinedNormalization? Normalization { get; }

    /// <summary>The step of one process that knows which rows the others have.</summary>
    /// <remarks>
    /// The cost of the whole batch is the mean of the processes' costs weighted by their rows. The divergence sees the codes of all, of which the own ones
    /// alone are differentiable: the sum of the processes' gradients is that of the objective on the whole batch. Nothing is decided but from sums.
    /// </remarks>
    private StepReport RunJoined(JoinedProcesses joined, Batch batch, BatchShare share)
    {
        using var scope = torch.NewDisposeScope();
        _buffers!.Hold();
        var (lambda, rate, criticRate) = RatesNow();
        if (_counters.Accumulated == 0)
        {
            Update.ClearGradients();
        }

        using var reduced = Update.Reduced?.Begin();
        using var normalizing = Normalization?.Begin();
        torch.Tensor? codes = null, cost = null;
        var (finite, absent) = (true, share.Count == 0);
        var failure = absent ? null : Try(() =>
        {
            StepChecks.Recording();
            CheckModules();
            finite = !OnCpu || FiniteCheck.IsFinite(batch.Input);
        });
        if (Normalization is not null)
        {
            // A batch that one leaves out must not be waited for within the modules.
            finite = joined.Sum([finite ? 0 : 1], failure)[0] == 0;
        }

        if (finite)
        {
            failure ??= absent ? null : Try(() => (codes, cost) = Forward(batch));
            Normalization?.EndForward(failure, absent);
        }

        var (dimension, kind) = (_model.Prior.Dimension, Parameters.Kind);
        if (joined.GatherCodes(codes, share, dimension, kind, finite, failure) is not { } all)
        {
            _buffers.Restore();
            NonFinite.Report("The batch holds NaN or an infinity", lambda, double.NaN, double.NaN);
            return new StepReport(Nothing(lambda), StepOutcome.Skipped);
        }

        var labels = joined.GatherLabels(batch.Labels, share);
        using var samples = new PriorSamples(_model.Prior, share.Total, PriorGenerator, kind.Device, kind.Dtype) { Labels = labels };
        var latent = default(LatentTerms);
        torch.Tensor? objective = null;
        double[] own = [0, 0, .. _buffers.Changes(share.Count)];
        failure = Try(() =>
        {
            latent = _latent.EvaluateShare(all, new RowShare(share.Start, share.Count, share.Rank, share.Counts.Length, joined.Sum), samples, lambda);
            own[1] = Scalars.Read(latent.Penalty);
            objective = latent.Objective;
            if (cost is not null)
            {
                var weighted = cost.Times((double)share.Count / share.Total);
                own[0] = Scalars.Read(weighted);
                objective = weighted.Plus(objective);
                StepChecks.Trainable(objective);
            }
        });
        if (_latent.IsShared)
        {
            joined.EndMeetings(failure);
        }

        var sums = joined.Sum(own, failure);
        _buffers.Agree(sums[2..], share.Total);
        var (reconstruction, penalty) = (sums[0], sums[1]);
        var total = reconstruction + lambda * penalty;
        var result = Result(Scalar(total, kind), Scalar(reconstruction, kind), latent with { Penalty = Scalar(penalty, kind) }, lambda) with { Values = (total, reconstruction, penalty) };
        try
        {
            return new StepReport(result, Learn(objective!, result, latent.Critics, rate, criticRate));
        }
        catch
        {
            result.DisposeTensors();
            throw;
        }
        finally
        {
            _buffers.Apply();
        }
    }

    private (torch.Tensor Codes, torch.Tensor Cost) Forward(Batch batch)
    {
        var codes = Codes(batch);
        StepChecks.Differentiable(codes, "encoder", Parameters);
        var output = Decoded(codes, batch.Labels);
        StepChecks.Differentiable(output, "decoder", Parameters);
        FirstBatch.Look(batch.Input, output);
        var cost = ModuleCalls.Cost(_options.Cost, batch.Input, output);
        StepChecks.Differentiable(cost, output, _options.Cost);
        return (codes, cost);
    }

    private static torch.Tensor Scalar(double value, TensorKind kind) => ClosedForm.Scalar(value, kind.Dtype).to(kind.Device);

    /// <summary>What an action throws is told to the other processes before it is thrown.</summary>
    internal static Exception? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}

/// <summary>The modules' buffers of floating-point numbers, such as the statistics of batch normalization, kept alike in all processes: each step changes them by the mean of the processes' changes, weighted by their rows.</summary>
/// <remarks>As a change of what they were: a buffer that no process changes keeps its bits.</remarks>
internal sealed class JoinedBuffers(IReadOnlyList<torch.Tensor> buffers)
{
    private double[][] _before = [];
    private double[]? _changes;

    /// <summary>Remembers the buffers.</summary>
    public void Hold() => _before = [.. buffers.Select(TensorData.ToArray)];

    /// <summary>Puts the remembered values back.</summary>
    public void Restore() => Write((_, _) => 0);

    /// <summary>How the buffers have changed, times the number of rows: a count that goes up by one in all processes goes up by exactly one.</summary>
    /// <remarks>One that has bfloat16 values for a pass has not changed by being rounded.</remarks>
    public IEnumerable<double> Changes(int rows)
        => buffers.SelectMany((buffer, i) =>
        {
            var before = Rounded(_before[i], buffer.dtype);
            return TensorData.ToArray(buffer).Select((value, k) => value == before[k] ? 0 : (value - before[k]) * rows);
        });

    /// <summary>Takes the sum of the changes over the processes; <see cref="Apply"/> makes their mean over all rows.</summary>
    public void Agree(double[] sums, long rows) => _changes = [.. sums.Select(s => s / rows)];

    /// <summary>Adds the changes agreed on to the remembered values, once. After the backward pass, which may look at the buffers as the forward pass left them.</summary>
    public void Apply()
    {
        if (_changes is not { } all)
        {
            return;
        }

        var starts = new int[buffers.Count];
        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] = starts[i - 1] + _before[i - 1].Length;
        }

        Write((i, k) => all[starts[i] + k]);
        _changes = null;
    }

    private static double[] Rounded(double[] values, torch.ScalarType dtype)
    {
        if (dtype != torch.ScalarType.BFloat16)
        {
            return values;
        }

        using var scope = torch.NewDisposeScope();
        return TensorData.ToArray(torch.tensor(values).to(torch.ScalarType.Float32).to(dtype));
    }

    private void Write(Func<int, int, double> change)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        for (var i = 0; i < buffers.Count; i++)
        {
            var values = _before[i].Select((value, k) => value + change(i, k)).ToArray();
            buffers[i].copy_(torch.tensor(values, dtype: torch.ScalarType.Float64).reshape(buffers[i].shape));
        }
    }
}
