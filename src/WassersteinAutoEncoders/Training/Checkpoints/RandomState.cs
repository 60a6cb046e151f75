using System.Buffers.Binary;
using TorchSharp;

namespace WassersteinAutoEncoders.Training.Checkpoints;

/// <summary>Looks at the state of a random generator before libtorch does: there, one that is not valid ends the process.</summary>
/// <remarks>
/// The layout of libtorch's CPU generator, unchanged since 1.5: seed (8 bytes), left (4), seeded (4), next (8), 624 words of
/// the Mersenne twister (8 each), normal sample in double precision (3 × 8), whether there is one (8), one in single precision (4), whether there is one (1), padding.
/// </remarks>
internal static class RandomState
{
    private const int Words = 624, Left = 8, Seeded = 12, Next = 16, HasSingleNormal = 24 + Words * 8 + 36, Length = HasSingleNormal + 4;

    /// <summary>Throws unless a tensor is a state that a generator takes.</summary>
    /// <exception cref="InvalidDataException">It is not; the message names it.</exception>
    public static void Check(string name, torch.Tensor state)
    {
        using var generator = new torch.Generator(0, torch.CPU);
        using var own = generator.get_state();
        if (state.dtype != own.dtype || !state.shape.AsSpan().SequenceEqual(own.shape))
        {
            throw new InvalidDataException($"'{name}' is not the state of a random generator of this libtorch");
        }

        ReadOnlySpan<byte> bytes = state.bytes;
        // Another length is another layout, which this version knows nothing about.
        if (bytes.Length != Length)
        {
            return;
        }

        var left = BinaryPrimitives.ReadInt32LittleEndian(bytes[Left..]);
        var seeded = BinaryPrimitives.ReadInt32LittleEndian(bytes[Seeded..]);
        var next = BinaryPrimitives.ReadUInt64LittleEndian(bytes[Next..]);
        if (left is < 1 or > Words || seeded != 1 || next > Words || bytes[HasSingleNormal] > 1)
        {
            throw new InvalidDataException($"'{name}' is not a valid state of a random generator");
        }
    }
}
