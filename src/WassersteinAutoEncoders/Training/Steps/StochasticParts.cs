using TorchSharp;
using WassersteinAutoEncoders.Encoders;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Training.Steps;

/// <summary>The generators of everything around a model that draws random numbers of its own, by name.</summary>
internal static class StochasticParts
{
    public static List<(string Name, torch.Generator Generator)> Of(WaeModel model, LatentObjective? latent)
    {
        var found = new List<(string Name, torch.Generator Generator)>();
        foreach (var (name, module) in model.Modules)
        {
            Add(found, name, module);
        }

        foreach (var (name, generator) in latent?.Generators ?? [])
        {
            Add(found, name, generator);
        }

        foreach (var (name, module) in latent?.Critics ?? [])
        {
            Add(found, name, module);
        }

        return found;
    }

    private static void Add(List<(string Name, torch.Generator Generator)> found, string name, Module module)
    {
        if (module is IStochasticModule root)
        {
            Add(found, name, root.Generator);
        }

        foreach (var (childName, child) in module.named_modules())
        {
            if (child is IStochasticModule stochastic)
            {
                Add(found, $"{name}/{childName}", stochastic.Generator);
            }
        }
    }

    private static void Add(List<(string Name, torch.Generator Generator)> found, string name, torch.Generator generator)
    {
        Guard.CheckReturned(generator, $"the generator of '{name}'");
        if (!found.Exists(f => ReferenceEquals(f.Generator, generator)))
        {
            found.Add((name, generator));
        }
    }
}

/// <summary>The states of generators, put back when disposed.</summary>
internal sealed class GeneratorStates : IDisposable
{
    private readonly List<(torch.Generator Generator, torch.Tensor State)> _states = [];

    public GeneratorStates(IEnumerable<(string Name, torch.Generator Generator)> generators)
    {
        foreach (var (_, generator) in generators)
        {
            _states.Add((generator, generator.get_state().DetachFromDisposeScope()));
        }
    }

    public void Dispose()
    {
        foreach (var (generator, state) in _states)
        {
            generator.set_state(state);
            state.Dispose();
        }
    }
}
