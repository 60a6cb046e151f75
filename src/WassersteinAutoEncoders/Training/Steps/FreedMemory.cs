using TorchSharp;

namespace WassersteinAutoEncoders.Training.Steps;

/// <summary>Keeps the C library from returning a step's memory to the system, only to ask for it again in the next step.</summary>
/// <remarks>
/// glibc maps a block above its threshold for itself and unmaps it when it is freed, and gives back the end of the heap
/// when more than twice the threshold is free there. Gradients and activations are above it, so each step touches fresh
/// pages, and the system's clearing them one by one costs about 5 % of a small network's step. The threshold grows to
/// the size of the largest mapped block that was freed, up to 32 MiB (mallopt(3), M_MMAP_THRESHOLD): freeing one such
/// block, whose pages nobody has touched, is enough. Where the user has set a threshold, or another allocator is in
/// place, nothing changes. At most 64 MiB of freed memory then stay with the process.
/// </remarks>
internal static class FreedMemory
{
    /// <summary>Below 32 MiB by enough for alignment and the allocator's own words.</summary>
    private const long Block = 31L << 20;

    private static readonly Lazy<bool> Kept = new(() =>
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        torch.empty(Block, dtype: torch.ScalarType.Byte).Dispose();
        return true;
    });

    /// <summary>Once a process.</summary>
    public static void Keep() => _ = Kept.Value;
}
