using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Encoders;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Training;

/// <summary>The generators of everything around a trainer that draws random numbers of its own, by name.</summary>
internal static class StochasticParts
{
    public static List<(string Name, torch.Generator Generator)> Of(Module encoder, Module decoder, ILatentDivergence divergence)
    {
        var found = new List<(string Name, torch.Generator Generator)>();
        Add(found, "encoder", encoder);
        Add(found, "decoder", decoder);
        foreach (var (index, source) in CompositeDivergences.RandomSources(divergence).Index())
        {
            Add(found, index == 0 ? "divergence" : $"divergence/{index}", source.Generator);
        }

        if (divergence is ITrainableDivergence trainable)
        {
            Add(found, "critic", trainable.Critic);
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
        if (!found.Exists(f => ReferenceEquals(f.Generator, generator)))
        {
            found.Add((name, generator));
        }
    }
}
