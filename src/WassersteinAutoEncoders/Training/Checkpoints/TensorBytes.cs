using TorchSharp;

namespace WassersteinAutoEncoders.Training.Checkpoints;

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
