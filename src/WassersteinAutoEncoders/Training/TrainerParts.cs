using System.Text.Json.Nodes;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Training;

/// <summary>What a trainer consists of, as checkpoints see it.</summary>
internal sealed record TrainerParts(
    Module Encoder, Module Decoder, IPrior Prior, ILatentDivergence Divergence, StepRunner Runner, MetricAccumulator Metrics,
    torch.Generator SamplingGenerator, TrainerCounters Counters, WaeTrainerOptions Options)
{
    public const string ObserverPrefix = "observer ";

    /// <summary>Tensors that a checkpoint is copied into, by name; the same names at any time.</summary>
    public Dictionary<string, torch.Tensor> Tensors()
    {
        var tensors = new Dictionary<string, torch.Tensor>(StringComparer.Ordinal);
        Add(tensors, "encoder/", Encoder.state_dict());
        Add(tensors, "decoder/", Decoder.state_dict());
        Add(tensors, "optimizer/", Runner.Optimizer.State);
        if (Divergence is ITrainableDivergence trainable)
        {
            Add(tensors, "critic/", trainable.Critic.state_dict());
        }

        if (Runner.CriticOptimizer is { } critic)
        {
            Add(tensors, "critic_optimizer/", critic.State);
        }

        if (Runner.Average is { } average)
        {
            Add(tensors, "average/", average.State);
        }

        return tensors;
    }

    /// <summary>The parameters whose gradients an unfinished accumulation holds, by name.</summary>
    public IEnumerable<(string Name, TorchSharp.Modules.Parameter Parameter)> Accumulating()
        => Runner.Parameters.Trainable.Concat(Runner.CriticParameters?.Trainable ?? []).Select(p => ("gradient/" + p.Name, p.Value));

    /// <summary>Generators by name, without the global one.</summary>
    public List<(string Name, torch.Generator Generator)> NamedGenerators() =>
    [
        ("random/prior", Runner.PriorGenerator),
        ("random/noise", Runner.NoiseGenerator),
        ("random/sampling", SamplingGenerator),
        .. StochasticParts.Of(Encoder, Decoder, Divergence).Select(p => ("random/module/" + p.Name, p.Generator)),
    ];

    /// <summary>Everything with a small state, by a name that contains its type: a state is never given to another type.</summary>
    public List<(string Name, IResumable Value)> Resumables()
    {
        var found = new List<(string, IResumable)>();
        Add("lambda", Options.Lambda);
        Add("learning_rate", Options.LearningRate);
        Add("critic_learning_rate", Options.CriticLearningRate);
        Add("divergence", Divergence);
        Add("encoder_noise", Options.EncoderNoise);
        foreach (var group in Options.Observers.GroupBy(o => o.GetType()))
        {
            var number = 0;
            foreach (var observer in group)
            {
                Add(ObserverPrefix + number++, observer);
            }
        }

        return found;

        void Add(string name, object? value)
        {
            if (value is IResumable resumable)
            {
                found.Add(($"{name}: {value.GetType().FullName}", resumable));
            }
        }
    }

    /// <summary>What a reader of the file wants to know; never read back.</summary>
    public JsonObject Summary() => new()
    {
        ["encoder"] = Encoder.GetType().Name,
        ["decoder"] = Decoder.GetType().Name,
        ["divergence"] = Divergence.GetType().Name,
        ["cost"] = Options.Cost.GetType().Name,
        ["lambda"] = Runner.Lambda,
        ["learning_rate"] = Runner.LearningRate,
        ["accumulation_steps"] = Options.AccumulationSteps,
        ["weight_average_decay"] = Options.WeightAverageDecay,
        ["seed"] = Options.Seed,
    };

    private static void Add(Dictionary<string, torch.Tensor> tensors, string prefix, IEnumerable<KeyValuePair<string, torch.Tensor>> values)
    {
        foreach (var (name, value) in values)
        {
            tensors.Add(prefix + name, value);
        }
    }
}
