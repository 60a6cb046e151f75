using System.Buffers.Binary;
using System.Text;

namespace WassersteinAutoEncoders.Reporting.Tests.TensorBoard;

/// <summary>Reads event files by the descriptions of TFRecord and of protocol buffers, with nothing from the code under test.</summary>
internal static class EventFileReader
{
    /// <summary>The events of a file; throws on a wrong length, checksum or encoding.</summary>
    public static List<ProtoMessage> Read(string path)
    {
        var file = File.ReadAllBytes(path).AsSpan();
        var events = new List<ProtoMessage>();
        while (!file.IsEmpty)
        {
            var length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file));
            Assert.Equal(Mask(Crc(file[..8])), BinaryPrimitives.ReadUInt32LittleEndian(file[8..]));
            var data = file.Slice(12, length);
            Assert.Equal(Mask(Crc(data)), BinaryPrimitives.ReadUInt32LittleEndian(file[(12 + length)..]));
            events.Add(new ProtoMessage(data));
            file = file[(16 + length)..];
        }
        return events;
    }

    /// <summary>CRC-32C bit by bit: the reflected polynomial 0x82f63b78.</summary>
    public static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
            }
        }
        return ~crc;
    }

    private static uint Mask(uint crc) => unchecked((crc >> 15 | crc << 17) + 0xa282ead8);
}

/// <summary>A decoded message: for each field number its values in order.</summary>
internal sealed class ProtoMessage
{
    private readonly Dictionary<int, List<(ulong Bits, byte[] Bytes)>> _fields = [];

    public ProtoMessage(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var tag = Variable(ref data);
            ulong bits = 0;
            byte[] bytes = [];
            switch (tag & 7)
            {
                case 0: bits = Variable(ref data); break;
                case 1: bits = BinaryPrimitives.ReadUInt64LittleEndian(data); data = data[8..]; break;
                case 5: bits = BinaryPrimitives.ReadUInt32LittleEndian(data); data = data[4..]; break;
                case 2:
                    var length = (int)Variable(ref data);
                    bytes = data[..length].ToArray();
                    data = data[length..];
                    break;
                default: Assert.Fail($"wire type {tag & 7}"); break;
            }
            if (!_fields.TryGetValue((int)(tag >> 3), out var list))
            {
                _fields.Add((int)(tag >> 3), list = []);
            }

            list.Add((bits, bytes));
        }
    }

    public bool Has(int field) => _fields.ContainsKey(field);

    public long Integer(int field) => _fields.TryGetValue(field, out var list) ? (long)Assert.Single(list).Bits : 0;

    public double Double(int field) => BitConverter.UInt64BitsToDouble(Assert.Single(_fields[field]).Bits);

    public float Single(int field) => BitConverter.UInt32BitsToSingle((uint)Assert.Single(_fields[field]).Bits);

    public byte[] Bytes(int field) => Assert.Single(_fields[field]).Bytes;

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    public ProtoMessage Message(int field) => new(Bytes(field));

    public IEnumerable<ProtoMessage> Messages(int field) => _fields.GetValueOrDefault(field, []).Select(v => new ProtoMessage(v.Bytes));

    public double[] Doubles(int field) => [.. Bytes(field).Chunk(8).Select(c => BitConverter.ToDouble(c))];

    private static ulong Variable(ref ReadOnlySpan<byte> data)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = data[0];
            data = data[1..];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }
    }
}
