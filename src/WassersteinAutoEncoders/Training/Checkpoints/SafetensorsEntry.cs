using TorchSharp;

namespace WassersteinAutoEncoders.Training.Checkpoints;

/// <summary>One tensor of a safetensors header; offsets count from the beginning of the data section.</summary>
internal sealed record SafetensorsEntry(string Name, torch.ScalarType Type, long[] Shape, long Begin, long End);

/// <summary>The element types that safetensors files and TorchSharp have in common.</summary>
internal static class ElementTypes
{
    private static readonly (string Name, torch.ScalarType Type, int Size)[] All =
    [
        ("F64", torch.ScalarType.Float64, 8),
        ("F32", torch.ScalarType.Float32, 4),
        ("F16", torch.ScalarType.Float16, 2),
        ("BF16", torch.ScalarType.BFloat16, 2),
        ("I64", torch.ScalarType.Int64, 8),
        ("I32", torch.ScalarType.Int32, 4),
        ("I16", torch.ScalarType.Int16, 2),
        ("I8", torch.ScalarType.Int8, 1),
        ("U8", torch.ScalarType.Byte, 1),
        ("BOOL", torch.ScalarType.Bool, 1),
    ];

    /// <summary>All names, for messages.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(t => t.Name));

    /// <summary>The format's name of an element type and the bytes an element takes, or null where the format has none.</summary>
    public static (string Name, int Size)? Find(torch.ScalarType type)
    {
        foreach (var t in All)
        {
            if (t.Type == type)
            {
                return (t.Name, t.Size);
            }
        }

        return null;
    }

    /// <summary>The element type of a name and the bytes an element takes, or null for an unknown name.</summary>
    public static (torch.ScalarType Type, int Size)? Find(string? name)
    {
        foreach (var t in All)
        {
            if (t.Name == name)
            {
                return (t.Type, t.Size);
            }
        }

        return null;
    }
}

/// <summary>The raw bytes of tensors.</summary>
internal static class TensorBytes
{
    /// <summary>Takes a piece of a tensor's memory, to read or to fill.</summary>
    public delegate void Visitor(Span<byte> bytes);

    /// <summary>Shows the elements of a tensor in row-major order, in pieces of about <paramref name="chunkLength"/> bytes (a span alone ends at 2 GiB).</summary>
    /// <remarks>A contiguous tensor on the CPU is shown itself, so that writing to the pieces fills it; of any other a copy is shown.</remarks>
    public static void Visit(torch.Tensor tensor, int chunkLength, Visitor visit)
    {
        var count = tensor.numel();
        if (count == 0)
        {
            return;
        }

        using var scope = torch.NewDisposeScope();
        var flat = tensor.detach().cpu().contiguous().reshape(-1);
        var size = ElementTypes.Find(flat.dtype)!.Value.Size;
        var step = Math.Max(1, chunkLength / size);
        for (long start = 0; start < count; start += step)
        {
            using var piece = flat.narrow(0, start, Math.Min(step, count - start));
            visit(piece.bytes);
        }
    }
}
