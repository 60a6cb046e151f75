using Microsoft.Extensions.Logging;
using TorchSharp;
using TorchSharp.Modules;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Training.Runs;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Training.Steps;

/// <summary>Looks once at the values of a run's first batch: data of another range than the decoder or the cost can reach trains without a word, and badly.</summary>
internal sealed class FirstBatchCheck(Module decoder, IReconstructionCost cost, ILogger logger)
{
    /// <summary>Interpolated pictures overshoot the range of their pixels a little.</summary>
    private const double Slack = 1e-3;

    private bool _looked;

    /// <summary>The next batch is a first one again.</summary>
    public void Begin() => _looked = false;

    /// <summary>Reads the extremes of both tensors, the first time.</summary>
    /// <exception cref="ArgumentException">The values cannot be right.</exception>
    public void Look(torch.Tensor batch, torch.Tensor output)
    {
        if (_looked)
        {
            return;
        }

        var data = Extremes(batch);
        var made = Extremes(output);
        if (CrossEntropy(cost) is { } crossEntropy)
        {
            CheckTargets(data, made, crossEntropy);
        }

        CheckReach(data, made);
        _looked = true;
    }

    private static void CheckTargets((double Low, double High) data, (double Low, double High) made, BinaryCrossEntropyCost crossEntropy)
    {
        if (data.Low < -Slack || data.High > 1 + Slack)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Expected a batch of values in [0, 1], which the binary cross-entropy compares as probabilities, but they lie in [{data.Low:G4}, {data.High:G4}]. Scale them, for instance with (x - low) / (high - low), or choose SquaredErrorCost."), "batch");
        }

        if (crossEntropy.DecoderOutput == CrossEntropyInput.Probabilities && (made.Low < -Slack || made.High > 1 + Slack))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Expected the decoder to give probabilities in [0, 1], but they lie in [{made.Low:G4}, {made.High:G4}]. End it in a Sigmoid, or pass {nameof(CrossEntropyInput)}.{nameof(CrossEntropyInput.Logits)} to the cost."), "batch");
        }
    }

    /// <summary>What lies more than half a range beyond the decoder's is an error; what lies less far out, or looks like bytes, is a warning.</summary>
    private void CheckReach((double Low, double High) data, (double Low, double High) made)
    {
        if (Reach(decoder) is var (low, high))
        {
            var beyond = Math.Max(low - data.Low, data.High - high);
            if (beyond > (high - low) / 2)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Expected a batch of values in [{low}, {high}], the range of the decoder's last layer, but they lie in [{data.Low:G4}, {data.High:G4}], which it cannot reach. Scale the batch (pixels of 0 to 255: divide by 255), or end the decoder in a linear layer."), "batch");
            }

            if (beyond > Slack)
            {
                TrainerLog.DoubtfulBatch(logger, data.Low, data.High, FormattableString.Invariant($"the decoder's last layer reaches [{low}, {high}] only"));
            }
        }
        else if (made.Low >= 0 && made.High <= 1 && data.High > 2)
        {
            TrainerLog.DoubtfulBatch(logger, data.Low, data.High, "all of the decoder's output lies in [0, 1]");
        }
        else if (data.Low >= 0 && data.High is >= 128 and <= 255)
        {
            TrainerLog.DoubtfulBatch(logger, data.Low, data.High, "they look like pixels of 0 to 255, which networks learn better divided by 255");
        }
    }

    private static (double Low, double High) Extremes(torch.Tensor values)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return (Scalars.Read(values.min()), Scalars.Read(values.max()));
    }

    /// <summary>The range of a decoder whose last layer is known; a module of the user's own may do anything after its last child.</summary>
    private static (double Low, double High)? Reach(Module module) => module switch
    {
        TorchSharp.Modules.Sigmoid => (0, 1),
        TorchSharp.Modules.Tanh => (-1, 1),
        Sequential sequence => sequence.children().LastOrDefault() is { } last ? Reach(last) : null,
        _ => null,
    };

    private static BinaryCrossEntropyCost? CrossEntropy(IReconstructionCost cost) => cost switch
    {
        BinaryCrossEntropyCost found => found,
        WeightedCost weighted => CrossEntropy(weighted.Cost),
        SumCost sum => sum.Costs.Select(CrossEntropy).FirstOrDefault(c => c is not null),
        _ => null,
    };
}
