using System.Buffers.Binary;
using System.Text;
using TorchSharp;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Tests.Training.Checkpoints;

[Collection(LiveTensors.Name)]
public sealed class HostileSafetensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_thousand_mutations_and_truncations_are_rejected_or_change_nothing()
    {
        using var scope = torch.NewDisposeScope();
        var generator = new torch.Generator(7);
        var tensors = new Dictionary<string, torch.Tensor>
        {
            ["encoder.0.weight"] = torch.randn(20, 12, generator: generator),
            ["encoder.0.bias"] = torch.zeros(20),
            ["step"] = torch.tensor(new[] { 12L, 0L }),
            ["mask"] = torch.tensor(new[] { true, false, true }),
        };
        var metadata = new Dictionary<string, string> { ["version"] = "1", ["state"] = "{\"lambda\":10,\"step\":12}" };
        string original = _folder.File("original"), damaged = _folder.File("damaged");
        SafetensorsFile.Write(original, tensors, metadata);
        var bytes = File.ReadAllBytes(original);
        var random = new Random(11);
        var alive = LiveTensors.Count();
        int rejected = 0, same = 0;
        Load(original, tensors, metadata);

        for (var trial = 0; trial < 1000; trial++)
        {
            File.WriteAllBytes(damaged, Damage(bytes, random, trial));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Load(damaged, tensors, metadata);
                same++;
            }
            catch (InvalidDataException e)
            {
                Assert.Contains(damaged, e.Message, StringComparison.Ordinal);
                rejected++;
            }
            // The stream's buffer and the exception are the constant part.
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400_000 + 50L * bytes.Length);
        }
        Assert.Equal(1000, rejected + same);
        Assert.True(rejected > 900, $"{rejected} rejected");
        Assert.Equal(alive, LiveTensors.Count());
    }

    [Theory]
    [InlineData("[]", "'{'")]
    [InlineData("", "'{'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}", "JSON")]
    [InlineData("{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[4],\"data_offsets\":[0,4]}}", "F8_E4M3")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", "does not fit")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}", "claims the bytes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", "claims the bytes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", "whole number")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", "whole number")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}", "whole number")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,4],\"data_offsets\":[0,4]}}", "does not fit")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4,0],\"data_offsets\":[0,0]}}", "4 bytes of data|does not fit|cover 0")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}}", "gap")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}}", "overlap")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]}}", "cover 3 bytes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "twice")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"dtype\":\"F32\"}}", "repeated")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"more\":1}}", "unexpected")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", "lacks")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[[[[1]]]],\"data_offsets\":[0,4]}}", "JSON|whole number")]
    [InlineData("{\"__metadata__\":{\"a\":1},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "__metadata__.a")]
    [InlineData("{\"__metadata__\":{\"wae.sha256\":\"00\"},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "checksum")]
    [InlineData("{\"__metadata__\":{\"wae.writer\":\"x\"},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "only one")]
    [InlineData("{\"a\":{\"dtype\":\"BOOL\",\"shape\":[4],\"data_offsets\":[0,4]}}", "BOOL")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} {}", "JSON|goes on")]
    [InlineData("{\"\\ud800\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "JSON")]
    public void A_header_that_breaks_the_rules_is_named_in_the_error(string header, string reasons)
    {
        var path = _folder.File("header");
        File.WriteAllBytes(path, Assemble(Encoding.UTF8.GetBytes(header), [2, 3, 4, 5]));
        var error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(reasons.Split('|'), reason => error.Message.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void A_claimed_header_length_is_not_believed()
    {
        var path = _folder.File("length");
        foreach (var claimed in new[] { 100UL, 99_000_000UL, 1UL << 40, 1UL << 63, ulong.MaxValue })
        {
            var file = Assemble("{}"u8.ToArray(), []);
            BinaryPrimitives.WriteUInt64LittleEndian(file, claimed);
            File.WriteAllBytes(path, file);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(path));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400_000);
        }
    }

    [Fact]
    public void A_file_of_another_writer_loads_without_a_checksum()
    {
        var path = _folder.File("python");
        const string header = "{\"__metadata__\":{\"format\":\"pt\"},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]},\"a\":{\"shape\":[1],\"data_offsets\":[0,2],\"dtype\":\"I16\"}}   ";
        File.WriteAllBytes(path, Assemble(Encoding.UTF8.GetBytes(header), [1, 2, 0, 0, 0x80, 0x3f]));
        using var content = SafetensorsFile.Read(path);
        Assert.False(content.Verified);
        Assert.Equal("pt", content.Metadata["format"]);
        Assert.Equal(1f, content.Tensors["b"].item<float>());
        Assert.Equal(0x0201, content.Tensors["a"].item<short>());
    }

    [Fact]
    public void A_missing_file_is_an_input_output_error()
        => Assert.Throws<FileNotFoundException>(() => SafetensorsFile.Read(_folder.File("none")));

    /// <summary>Bits flipped, bytes replaced, ranges cut out, doubled or zeroed, the end cut off or prolonged.</summary>
    private static byte[] Damage(byte[] original, Random random, int trial)
    {
        var bytes = original.ToArray();
        int at = random.Next(bytes.Length), count = random.Next(1, Math.Min(64, bytes.Length - at) + 1);
        switch (trial % 8)
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes, .. new byte[count]];
            case 2:
                return [.. bytes[..at], .. bytes[(at + count)..]];
            case 3:
                return [.. bytes[..(at + count)], .. bytes[at..]];
            case 4:
                Array.Clear(bytes, at, count);
                return bytes;
            case 5:
                random.NextBytes(bytes.AsSpan(at, count));
                return bytes;
            case 6:
                // Within the header, where a byte decides most.
                bytes[random.Next(8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes))] ^= (byte)(1 << random.Next(8));
                return bytes;
            default:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
        }
    }

    private static void Load(string path, Dictionary<string, torch.Tensor> tensors, Dictionary<string, string> metadata)
    {
        using var content = SafetensorsFile.Read(path);
        Assert.Equal(metadata.OrderBy(p => p.Key, StringComparer.Ordinal), content.Metadata);
        Assert.Equal(tensors.Keys.Order(StringComparer.Ordinal), content.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, expected) in tensors)
        {
            Assert.Equal(expected.dtype, content.Tensors[name].dtype);
            Assert.Equal(expected.shape, content.Tensors[name].shape);
            Assert.True(expected.bytes.SequenceEqual(content.Tensors[name].bytes), name);
        }
    }

    private static byte[] Assemble(byte[] header, byte[] data)
    {
        var file = new byte[8 + header.Length + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file, 8);
        data.CopyTo(file, 8 + header.Length);
        return file;
    }
}
