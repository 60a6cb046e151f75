using TorchSharp;

namespace WassersteinAutoEncoders.Training.Checkpoints;

/// <summary>Exports and imports the weights of one module, an encoder or a decoder alone, as a safetensors file.</summary>
/// <remarks>Names are those of the module's state dictionary: parameters and persistent buffers, as in <c>0.weight</c>. They are the names PyTorch gives the same module.</remarks>
public static class ModuleWeights
{
    /// <summary>Writes the module's parameters and persistent buffers, replacing <paramref name="path"/> as a whole or not at all.</summary>
    /// <param name="module">The module, on any device.</param>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="metadata">Strings to keep with the weights, or none.</param>
    /// <exception cref="ArgumentException">The module has no weights.</exception>
    /// <exception cref="IOException">The file could not be written; an old one is intact.</exception>
    public static void Save(torch.nn.Module module, string path, IReadOnlyDictionary<string, string>? metadata = null)
        => SafetensorsFile.Write(path, StateOf(module), metadata ?? new Dictionary<string, string>());

    /// <summary>Reads weights into the module's own tensors, in place, on whatever device they are.</summary>
    /// <remarks>
    /// Names, shapes and element types of all tensors are compared first; on any difference nothing is written.
    /// With a prefix, one part of a larger file is taken: the encoder of a checkpoint of the trainer is
    /// <c>ModuleWeights.Load(encoder, path, "encoder/")</c>. Optimizers made over the module's parameters stay valid.
    /// </remarks>
    /// <param name="module">The module to fill.</param>
    /// <param name="path">The file, from <see cref="Save"/>, from the trainer or from another writer.</param>
    /// <param name="prefix">Only tensors whose name begins so are taken, and are known by the rest of the name. All tensors by default.</param>
    /// <exception cref="ArgumentException">The module has no weights.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or its tensors are not the module's; the message names them.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static void Load(torch.nn.Module module, string path, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var state = StateOf(module);
        using var content = SafetensorsFile.Read(path);
        if (prefix.StartsWith(AveragePrefix, StringComparison.Ordinal) && !content.Tensors.Keys.Any(n => n.StartsWith(AveragePrefix, StringComparison.Ordinal)))
        {
            throw new InvalidDataException($"'{path}' holds no averaged weights: the run that wrote it kept none (WaeTrainerOptions.EmaDecay). Load those of the last step with the prefix '{prefix[AveragePrefix.Length..]}'. Nothing was changed.");
        }

        StateTensors.Validate(path, state, content.Tensors, prefix);
        StateTensors.Copy(state, content.Tensors, prefix);
    }

    internal const string AveragePrefix = "average/";

    private static Dictionary<string, torch.Tensor> StateOf(torch.nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        var state = module.state_dict();
        if (state.Count == 0)
        {
            throw new ArgumentException("The module has no parameters or buffers. A module of one's own finds them only after RegisterComponents() in its constructor.", nameof(module));
        }

        return state;
    }
}

/// <summary>Writes tensors of a file into tensors that exist. First <see cref="Validate"/> for everything, then <see cref="Copy"/>: a load that fails changes nothing.</summary>
internal static class StateTensors
{
    private const int ProblemsNamed = 5;

    /// <summary>Compares names, shapes and element types.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <param name="expected">What is to be filled, by name.</param>
    /// <param name="found">What the file holds.</param>
    /// <param name="prefix">Names in the file are the expected ones behind this prefix; other names of the file are not looked at.</param>
    /// <exception cref="InvalidDataException">There is a difference.</exception>
    public static void Validate(string path, IReadOnlyDictionary<string, torch.Tensor> expected, IReadOnlyDictionary<string, torch.Tensor> found, string prefix)
    {
        var problems = new List<string>();
        foreach (var (name, target) in expected)
        {
            if (!found.TryGetValue(prefix + name, out var source))
            {
                problems.Add($"'{prefix + name}' is missing");
            }
            else if (source.dtype != target.dtype || !source.shape.AsSpan().SequenceEqual(target.shape))
            {
                problems.Add($"'{prefix + name}' should be {Describe(target)} and is {Describe(source)}");
            }
        }
        foreach (var name in found.Keys)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && !expected.ContainsKey(name[prefix.Length..]))
            {
                problems.Add($"'{name}' is not known");
            }
        }
        if (problems.Count == 0)
        {
            return;
        }

        var more = problems.Count > ProblemsNamed ? $" and {problems.Count - ProblemsNamed} more differences" : "";
        throw new InvalidDataException($"'{path}' does not fit: {string.Join("; ", problems.Take(ProblemsNamed))}{more}. Build the same modules as those that were saved. Nothing was changed.");
    }

    /// <summary>Copies in place, keeping device and identity of the targets; after <see cref="Validate"/>.</summary>
    public static void Copy(IReadOnlyDictionary<string, torch.Tensor> targets, IReadOnlyDictionary<string, torch.Tensor> sources, string prefix)
    {
        using var scope = torch.NewDisposeScope();
        using var frozen = torch.no_grad();
        foreach (var (name, target) in targets)
        {
            target.copy_(sources[prefix + name]);
        }
    }

    private static string Describe(torch.Tensor tensor) => $"{tensor.dtype} [{string.Join(", ", tensor.shape)}]";
}
