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
