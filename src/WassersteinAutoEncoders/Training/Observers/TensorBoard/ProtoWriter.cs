using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace WassersteinAutoEncoders.Training.Observers.TensorBoard;

/// <summary>Writes the fields of a protocol-buffers message in their wire format.</summary>
internal sealed class ProtoWriter
{
    private const int Variable = 0, EightBytes = 1, Delimited = 2, FourBytes = 5;

    private readonly ArrayBufferWriter<byte> _buffer = new();

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public ProtoWriter Integer(int field, long value)
    {
        Tag(field, Variable);
        VariableLength((ulong)value);
        return this;
    }

    public ProtoWriter Double(int field, double value)
    {
        Tag(field, EightBytes);
        BinaryPrimitives.WriteDoubleLittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
        return this;
    }

    public ProtoWriter Single(int field, float value)
    {
        Tag(field, FourBytes);
        BinaryPrimitives.WriteSingleLittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
        return this;
    }

    public ProtoWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtoWriter Message(int field, ProtoWriter message) => Bytes(field, message.Written);

    public ProtoWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, Delimited);
        VariableLength((ulong)value.Length);
        _buffer.Write(value);
        return this;
    }

    /// <summary>A packed repeated field.</summary>
    public ProtoWriter Doubles(int field, ReadOnlySpan<double> values)
    {
        Tag(field, Delimited);
        VariableLength((ulong)values.Length * 8);
        foreach (var value in values)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(_buffer.GetSpan(8), value);
            _buffer.Advance(8);
        }
        return this;
    }

    private void Tag(int field, int type) => VariableLength((ulong)(field << 3 | type));

    private void VariableLength(ulong value)
    {
        var span = _buffer.GetSpan(10);
        var count = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[count++] = (byte)(value | 0x80);
        }

        span[count++] = (byte)value;
        _buffer.Advance(count);
    }
}
