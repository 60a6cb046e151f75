using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WassersteinAutoEncoders.Training.Checkpoints;

/// <summary>The JSON header of a safetensors file.</summary>
/// <param name="Entries">The tensors, by their place in the data section, which they fill without gap or overlap.</param>
/// <param name="Metadata">The strings under <c>__metadata__</c>.</param>
/// <param name="ChecksumStart">Where in the header's bytes the checksum's hexadecimal digits begin, or −1.</param>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata, int ChecksumStart)
{
    public const string MetadataName = "__metadata__";
    public const string WriterKey = "wae.writer";
    public const string ChecksumKey = "wae.sha256";
    public const int ChecksumLength = 64;

    // The limit of the reference implementation.
    public const long MaximumLength = 100_000_000;

    // A tensor costs memory beside its bytes in the file; networks have thousands.
    private const int MaximumTensors = 1 << 16, MaximumNameLength = 1 << 12;

    // libtorch's iterators take no more.
    private const int MaximumRank = 64;

    /// <summary>The header's bytes, padded with spaces so that the data begins at a multiple of eight.</summary>
    public static byte[] Encode(IEnumerable<SafetensorsEntry> entries, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject(MetadataName);
            foreach (var (key, value) in metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            foreach (var entry in entries)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", ElementTypes.Find(entry.Type)!.Value.Name);
                json.WriteStartArray("shape");
                foreach (var length in entry.Shape)
                {
                    json.WriteNumberValue(length);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(entry.Begin);
                json.WriteNumberValue(entry.End);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        var padding = (8 - buffer.WrittenCount % 8) % 8;
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Parses and validates a header of a file whose data section has <paramref name="dataLength"/> bytes.</summary>
    /// <exception cref="InvalidDataException">The header breaks the format's rules; the message says which.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> utf8, long dataLength)
    {
        try
        {
            return ParseCore(utf8, dataLength);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader reports broken JSON with the former, broken UTF-8 with the latter.
            throw new InvalidDataException($"the header is not JSON of the expected form ({e.Message})", e);
        }
    }

    private static SafetensorsHeader ParseCore(ReadOnlySpan<byte> utf8, long dataLength)
    {
        if (utf8.IsEmpty || utf8[0] != '{')
        {
            throw new InvalidDataException("the header does not begin with '{'");
        }

        var json = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 3 });
        var entries = new List<SafetensorsEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var checksumStart = -1;

        Expect(ref json, JsonTokenType.StartObject, "the header");
        while (ReadName(ref json, out var name))
        {
            if (name.Length > MaximumNameLength)
            {
                throw new InvalidDataException($"a tensor's name has {name.Length} characters; at most {MaximumNameLength} are read");
            }

            if (names.Count > MaximumTensors)
            {
                throw new InvalidDataException($"it names more than {MaximumTensors} tensors");
            }

            if (!names.Add(name))
            {
                throw new InvalidDataException($"the name '{name}' occurs twice");
            }

            if (name == MetadataName)
            {
                ReadMetadata(ref json, metadata, ref checksumStart);
            }
            else
            {
                entries.Add(ReadEntry(ref json, name, dataLength));
            }
        }
        if (json.Read())
        {
            throw new InvalidDataException("the header goes on after its JSON object");
        }

        entries.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        long position = 0;
        foreach (var entry in entries)
        {
            if (entry.Begin != position)
            {
                throw new InvalidDataException($"tensor '{entry.Name}' begins at byte {entry.Begin} of the data, where {position} was expected: tensors {(entry.Begin < position ? "overlap" : "leave a gap")}");
            }

            position = entry.End;
        }
        if (position != dataLength)
        {
            throw new InvalidDataException($"the tensors cover {position} bytes of data, the file holds {dataLength}");
        }

        return new SafetensorsHeader(entries, metadata, checksumStart);
    }

    private static void ReadMetadata(ref Utf8JsonReader json, SortedDictionary<string, string> metadata, ref int checksumStart)
    {
        Expect(ref json, JsonTokenType.StartObject, MetadataName);
        while (ReadName(ref json, out var key))
        {
            Expect(ref json, JsonTokenType.String, $"{MetadataName}.{key}");
            if (!metadata.TryAdd(key, json.GetString()!))
            {
                throw new InvalidDataException($"the metadata key '{key}' occurs twice");
            }

            if (key == ChecksumKey)
            {
                if (json.ValueSpan.Length != ChecksumLength)
                {
                    throw new InvalidDataException($"the checksum '{ChecksumKey}' has {json.ValueSpan.Length} characters, not {ChecksumLength}");
                }

                checksumStart = (int)json.TokenStartIndex + 1;
            }
        }
    }

    private static SafetensorsEntry ReadEntry(ref Utf8JsonReader json, string name, long dataLength)
    {
        string? typeName = null;
        long[]? shape = null, offsets = null;
        Expect(ref json, JsonTokenType.StartObject, $"tensor '{name}'");
        while (ReadName(ref json, out var field))
        {
            switch (field)
            {
                case "dtype" when typeName is null:
                    Expect(ref json, JsonTokenType.String, $"dtype of tensor '{name}'");
                    typeName = json.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref json, $"shape of tensor '{name}'", MaximumRank);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref json, $"data_offsets of tensor '{name}'", 2);
                    break;
                default:
                    throw new InvalidDataException($"tensor '{name}' has an unexpected or repeated field '{field}'");
            }
        }
        if (typeName is null || shape is null || offsets is not [var begin, var end])
        {
            throw new InvalidDataException($"tensor '{name}' lacks dtype, shape or two data_offsets");
        }

        if (ElementTypes.Find(typeName) is not var (type, size))
        {
            throw new InvalidDataException($"tensor '{name}' has the unknown element type '{typeName}' (known: {ElementTypes.Names})");
        }

        if (begin > end || end > dataLength)
        {
            throw new InvalidDataException($"tensor '{name}' claims the bytes {begin} to {end} of {dataLength}");
        }

        if (ByteCount(shape, size) != end - begin)
        {
            throw new InvalidDataException($"tensor '{name}' of shape [{string.Join(", ", shape)}] and type {typeName} does not fit into {end - begin} bytes");
        }

        return new SafetensorsEntry(name, type, shape, begin, end);
    }

    /// <summary>Bytes of a shape, or −1 on overflow. Lengths of zero do not hide an overflow of the others: libtorch multiplies those too, for the strides.</summary>
    private static long ByteCount(long[] shape, int size)
    {
        long bytes = size;
        foreach (var length in shape)
        {
            if (length > 0 && bytes > long.MaxValue / length)
            {
                return -1;
            }

            if (length > 0)
            {
                bytes *= length;
            }
        }
        return shape.Contains(0) ? 0 : bytes;
    }

    private static long[] ReadNumbers(ref Utf8JsonReader json, string what, int maximum)
    {
        Expect(ref json, JsonTokenType.StartArray, what);
        var numbers = new List<long>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var number) || number < 0)
            {
                throw new InvalidDataException($"{what} holds something other than a whole number of at least 0");
            }

            if (numbers.Count == maximum)
            {
                throw new InvalidDataException($"{what} has more than {maximum} numbers");
            }

            numbers.Add(number);
        }
        return [.. numbers];
    }

    private static void Expect(ref Utf8JsonReader json, JsonTokenType token, string what)
    {
        if (!json.Read() || json.TokenType != token)
        {
            throw new InvalidDataException($"{what} should be of JSON type {token} and is {json.TokenType}");
        }
    }

    private static bool ReadName(ref Utf8JsonReader json, out string name)
    {
        name = "";
        if (!json.Read() || json.TokenType != JsonTokenType.PropertyName)
        {
            return false;
        }

        name = json.GetString()!;
        return true;
    }
}
