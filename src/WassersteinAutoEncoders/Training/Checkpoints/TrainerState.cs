using System.Text.Json.Nodes;
using TorchSharp;
using WassersteinAutoEncoders.Training.Runs;
using WassersteinAutoEncoders.Training.Steps;

namespace WassersteinAutoEncoders.Training.Checkpoints;

/// <summary>Everything that decides how training goes on: what a trainer consists of, as checkpoints see it.</summary>
internal sealed record TrainerState(
    WaeModel Model, LatentObjective Latent, TrainingStep Step, MetricAccumulator Metrics, TrainerCounters Counters, ObserverStates Observers, WaeTrainerOptions Options)
{
    /// <summary>Tensors that a checkpoint is copied into, by name; the same names at any time.</summary>
    public Dictionary<string, torch.Tensor> Tensors()
    {
        var tensors = new Dictionary<string, torch.Tensor>(StringComparer.Ordinal);
        foreach (var (name, module) in Model.Modules)
        {
            Add(tensors, name + "/", module.state_dict());
        }

        Add(tensors, "optimizer/", Step.Update.Optimizer.State);
        foreach (var (name, module) in Latent.Critics)
        {
            Add(tensors, name + "/", module.state_dict());
        }

        if (Step.Update.CriticOptimizer is { } critic)
        {
            Add(tensors, "critic_optimizer/", critic.State);
        }

        if (Step.Update.Average is { } average)
        {
            Add(tensors, ModuleWeights.AveragePrefix, average.State);
        }

        return tensors;
    }

    /// <summary>The parameters whose gradients an unfinished accumulation holds, by name.</summary>
    public IEnumerable<(string Name, TorchSharp.Modules.Parameter Parameter)> Accumulating()
        => Step.Update.Trainable.Select(p => ("gradient/" + p.Name, p.Value));

    /// <summary>Generators by name, without the global one.</summary>
    public List<(string Name, torch.Generator Generator)> NamedGenerators() =>
    [
        ("random/prior", Step.PriorGenerator),
        ("random/noise", Step.NoiseGenerator),
        ("random/sampling", Model.SamplingGenerator),
        .. StochasticParts.Of(Model, Latent).Select(p => ("random/module/" + p.Name, p.Generator)),
    ];

    /// <summary>Those of several processes that must draw alike.</summary>
    public IEnumerable<(string Name, torch.Generator Generator)> SharedGenerators()
    {
        var own = OwnGenerators().Select(g => g.Generator).ToHashSet();
        return NamedGenerators().Where(g => !own.Contains(g.Generator));
    }

    /// <summary>Those that each of several processes draws from for rows of its own.</summary>
    public List<(string Name, torch.Generator Generator)> OwnGenerators()
    {
        var inside = StochasticParts.Of(Model, null).Select(p => p.Generator).Append(Step.NoiseGenerator).ToHashSet();
        return NamedGenerators().FindAll(g => inside.Contains(g.Generator));
    }

    /// <summary>Everything but observers with a small state, by a name that contains its type: a state is never given to another type.</summary>
    public List<(string Name, IResumable Value)> Resumables()
    {
        var found = new List<(string, IResumable)>();
        Add("lambda", Options.Lambda);
        Add("learning_rate", Options.LearningRate);
        Add("critic_learning_rate", Options.Critic.LearningRate);
        foreach (var (name, value) in Latent.Resumables)
        {
            Add(name, value);
        }

        Add("encoder_noise", Options.EncoderNoise);
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
        ["encoder"] = Model.Encoder.GetType().Name,
        ["decoder"] = Model.Decoder.GetType().Name,
        ["divergence"] = Latent.Divergence.GetType().Name,
        ["cost"] = Options.Cost.GetType().Name,
        ["lambda"] = Step.Rates.Lambda,
        ["learning_rate"] = Step.Rates.LearningRate,
        ["accumulation_steps"] = Options.AccumulationSteps,
        ["ema_decay"] = Options.EmaDecay,
        ["seed"] = Options.Seed,
    };

    private static void Add(Dictionary<string, torch.Tensor> tensors, string prefix, IEnumerable<KeyValuePair<string, torch.Tensor>>? values)
    {
        foreach (var (name, value) in values ?? throw new InvalidOperationException($"Expected the tensors '{prefix}…', but an optimizer's State returned null. Return an empty dictionary where there is no state."))
        {
            tensors.Add(prefix + name, value ?? throw new InvalidOperationException($"Expected a tensor under the name '{prefix}{name}', but it is null. Return tensors in an optimizer's State."));
        }
    }
}

/// <summary>A trainer's state in memory, to be put back to the bit.</summary>
internal sealed class TrainerSnapshot : IDisposable
{
    private readonly TrainerState _state;
    private readonly Dictionary<string, torch.Tensor> _tensors;
    private readonly List<(torch.Generator Generator, torch.Tensor State)> _generators;
    private readonly torch.Tensor _globalRandom;
    private readonly TrainerCounters _counters = new();
    private readonly JsonObject _metrics;
    private readonly List<(IResumable Value, JsonObject State)> _resumables;

    public TrainerSnapshot(TrainerState state)
    {
        _state = state;
        using var noGrad = torch.no_grad();
        _tensors = state.Tensors().ToDictionary(t => t.Key, t => t.Value.clone().DetachFromDisposeScope(), StringComparer.Ordinal);
        _generators = state.NamedGenerators().ConvertAll(g => (g.Generator, g.Generator.get_state().DetachFromDisposeScope()));
        _globalRandom = torch.random.get_rng_state().DetachFromDisposeScope();
        _counters.CopyFrom(state.Counters);
        _metrics = state.Metrics.Save();
        _resumables = state.Resumables().ConvertAll(r => (r.Value, r.Value.SaveState()));
    }

    /// <summary>Puts everything back.</summary>
    public void Restore()
    {
        StateTensors.Copy(_state.Tensors(), _tensors, "");
        foreach (var (generator, saved) in _generators)
        {
            generator.set_state(saved);
        }

        torch.random.set_rng_state(_globalRandom);
        _state.Step.Update.ClearGradients();
        _state.Counters.CopyFrom(_counters);
        _state.Metrics.Load(_metrics)();
        ResumableStates.LoadAll(_resumables);
    }

    public void Dispose()
    {
        foreach (var tensor in _tensors.Values.Concat(_generators.Select(g => g.State)).Append(_globalRandom))
        {
            tensor.Dispose();
        }
    }
}
