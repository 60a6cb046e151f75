using System.Buffers.Binary;
using TorchSharp;

namespace WassersteinAutoEncoders.Training.Checkpoints;

/// <summary>Looks at the state of a random generator before libtorch does: there, one that is not valid ends the process or makes it read beyond its array.</summary>
/// <remarks>
/// <para>
/// The layout of libtorch's CPU generator, unchanged since 1.5 (aten/src/ATen/CPUGeneratorImpl.cpp): seed (8 bytes), left (4),
/// seeded (4), next (8), the 624 words of the Mersenne twister (8 each, of which 4 are used), three doubles of which the second
/// is the normal sample kept for the next draw, whether there is one (4), padding (4), one in single precision (4), whether there
/// is one (1), padding.
/// </para>
/// <para>
/// A draw (aten/src/ATen/core/MT19937RNGEngine.h) counts <c>left</c> down, renews the words where it reaches 0 (then left = 624, next = 0), and
/// reads word <c>next</c>, which it counts up. So left + next = 625 after every draw; left = 1 and next = 0 before the first. libtorch checks either number by
/// itself: with others than these it reads behind the words.
/// </para>
/// </remarks>
internal static class RandomState
{
    private const int Words = 624, Left = 8, Seeded = 12, Next = 16, FirstWord = 24, Normals = FirstWord + Words * 8;
    private const int HasDouble = Normals + 24, Single = HasDouble + 8, HasSingle = Single + 4, Length = HasSingle + 4;

    // A normal sample is √(−2 ln u)·cos θ with u of 53 bits: at most 8.58.
    private const double LargestNormal = 8.6;

    /// <summary>Throws unless a tensor is a state that a generator can be in.</summary>
    /// <exception cref="InvalidDataException">It is not; the message names it.</exception>
    public static void Check(string name, torch.Tensor state)
    {
        using var generator = new torch.Generator(0, torch.CPU);
        using var own = generator.get_state();
        if (state.dtype != own.dtype || !state.shape.AsSpan().SequenceEqual(own.shape))
        {
            throw new InvalidDataException($"'{name}' is not the state of a random generator of this libtorch");
        }

        // Another length is another layout, which this version knows nothing about.
        var found = own.numel() == Length ? Problem(state.bytes) : null;
        GC.KeepAlive(state);
        if (found is { } problem)
        {
            throw new InvalidDataException($"'{name}' is not a valid state of a random generator: {problem}");
        }
    }

    private static string? Problem(ReadOnlySpan<byte> bytes)
    {
        var left = BinaryPrimitives.ReadInt32LittleEndian(bytes[Left..]);
        var next = BinaryPrimitives.ReadUInt64LittleEndian(bytes[Next..]);
        if (BinaryPrimitives.ReadInt32LittleEndian(bytes[Seeded..]) != 1)
        {
            return "it is not seeded";
        }

        var fresh = left == 1 && next == 0;
        if (!fresh && (left is < 1 or > Words || next != (ulong)(Words + 1 - left)))
        {
            return $"{left} words are left and word {next} is next of {Words}";
        }

        if (!WordsAreValid(bytes))
        {
            return "its words are not those of a Mersenne twister";
        }

        var hasDouble = BinaryPrimitives.ReadInt32LittleEndian(bytes[HasDouble..]);
        return IsKept(hasDouble, BinaryPrimitives.ReadDoubleLittleEndian(bytes[(Normals + 8)..]))
            && IsKept(bytes[HasSingle], BinaryPrimitives.ReadSingleLittleEndian(bytes[Single..]))
            && BinaryPrimitives.ReadUInt64LittleEndian(bytes[Normals..]) == 0
            && BinaryPrimitives.ReadUInt64LittleEndian(bytes[(Normals + 16)..]) == 0 ? null : "the normal sample that it keeps cannot be one";
    }

    /// <summary>Every word has 32 bits, and not all 19,937 bits that decide what follows are 0: that state gives 0 for ever.</summary>
    private static bool WordsAreValid(ReadOnlySpan<byte> bytes)
    {
        ulong any = 0;
        for (var i = 0; i < Words; i++)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(FirstWord + i * 8)..]);
            if (word > uint.MaxValue)
            {
                return false;
            }

            any |= i == 0 ? word & 0x8000_0000 : word;
        }

        return any != 0;
    }

    /// <summary>Whether a normal sample and its mark may stand together: where there is none, the place holds 0.</summary>
    private static bool IsKept(int mark, double value) => mark == 0 ? value == 0 : mark == 1 && Math.Abs(value) <= LargestNormal;
}
