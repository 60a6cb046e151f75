using System.Buffers.Binary;
using System.Numerics;

namespace WassersteinAutoEncoders.Training.Observers.TensorBoard;

/// <summary>CRC-32C (Castagnoli), the checksum of TFRecord files.</summary>
internal static class Crc32C
{
    /// <summary>The checksum as RFC 3720, appendix B.4 defines it.</summary>
    public static uint Compute(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        for (; data.Length >= 8; data = data[8..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
        }

        foreach (var value in data)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }

    /// <summary>The checksum, rotated and shifted as TFRecord files store it, so that a checksum over data that holds checksums stays strong.</summary>
    public static uint Masked(ReadOnlySpan<byte> data) => BitOperations.RotateRight(Compute(data), 15) + 0xa282ead8;
}
