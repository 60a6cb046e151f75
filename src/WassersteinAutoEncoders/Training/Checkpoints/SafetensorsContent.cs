using TorchSharp;

namespace WassersteinAutoEncoders.Training.Checkpoints;

/// <summary>What a safetensors file held. Owns its tensors; they belong to no dispose scope.</summary>
public sealed class SafetensorsContent : IDisposable
{
    private readonly Dictionary<string, torch.Tensor> _tensors;

    internal SafetensorsContent(Dictionary<string, torch.Tensor> tensors, IReadOnlyDictionary<string, string> metadata, bool verified)
    {
        _tensors = tensors;
        Metadata = metadata;
        Verified = verified;
    }

    /// <summary>The tensors by name, on the CPU.</summary>
    public IReadOnlyDictionary<string, torch.Tensor> Tensors => _tensors;

    /// <summary>The file's metadata, without the entries <see cref="SafetensorsFile"/> adds itself.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Whether the file carried a checksum (files of other writers usually do not); a checksum that does not fit is an error of <see cref="SafetensorsFile.Read(string)"/>.</summary>
    public bool Verified { get; }

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
        {
            tensor.Dispose();
        }
    }
}
