using System.Text.Json.Nodes;
using TorchSharp;
using WassersteinAutoEncoders.Training.Runs;

namespace WassersteinAutoEncoders.Training.Checkpoints;

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
