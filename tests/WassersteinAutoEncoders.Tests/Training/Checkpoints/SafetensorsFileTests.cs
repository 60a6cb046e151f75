using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TorchSharp;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Tests.Training.Checkpoints;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly torch.Generator _generator = new(5);

    public static TheoryData<torch.ScalarType> ElementTypes => new(
        torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.@bool);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(ElementTypes))]
    public void Every_element_type_comes_back_to_the_bit(torch.ScalarType type)
    {
        using var tensor = (torch.randn(3, 5, generator: _generator) * 3).to(type);
        var path = _folder.File("a.safetensors");
        SafetensorsFile.Write(path, new Dictionary<string, torch.Tensor> { ["x"] = tensor }, new Dictionary<string, string>());
        using var content = SafetensorsFile.Read(path);
        var read = content.Tensors["x"];
        Assert.Equal(type, read.dtype);
        Assert.Equal(tensor.shape, read.shape);
        Assert.Equal(tensor.bytes.ToArray(), read.bytes.ToArray());
        Assert.True(content.Verified);
    }

    [Fact]
    public void Views_scalars_and_empty_tensors_are_kept()
    {
        using var scope = torch.NewDisposeScope();
        var matrix = torch.randn(4, 6, generator: _generator);
        var tensors = new Dictionary<string, torch.Tensor>
        {
            ["transposed"] = matrix.t(),
            ["narrowed"] = matrix.narrow(1, 2, 3),
            ["expanded"] = torch.ones(1).expand(3, 2),
            ["scalar"] = torch.tensor(2.5),
            ["empty"] = torch.empty(0, 7),
            ["leaf"] = torch.ones(2, requires_grad: true),
        };
        var path = _folder.File("views.safetensors");
        SafetensorsFile.Write(path, tensors, new Dictionary<string, string>());
        using var content = SafetensorsFile.Read(path);
        Assert.Equal(tensors.Keys.Order(), content.Tensors.Keys.Order());
        foreach (var (name, expected) in tensors)
        {
            Assert.Equal(expected.shape, content.Tensors[name].shape);
            Assert.True(expected.detach().allclose(content.Tensors[name], 0, 0), name);
        }
    }

    [Fact]
    public void The_file_follows_the_format_s_description()
    {
        using var scope = torch.NewDisposeScope();
        var tensors = new Dictionary<string, torch.Tensor>
        {
            ["b"] = torch.tensor(new byte[] { 1, 2, 3 }),
            ["a"] = torch.tensor(new[] { 1f, -2f }),
            ["c"] = torch.tensor(new[] { 7L }),
        };
        var path = _folder.File("spec.safetensors");
        SafetensorsFile.Write(path, tensors, new Dictionary<string, string> { ["step"] = "12", ["note"] = "\"ä\"\n" });

        var file = File.ReadAllBytes(path);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        using var header = JsonDocument.Parse(file.AsMemory(8, length));
        Assert.Equal('{', (char)file[8]);
        Assert.Equal(0, (8 + length) % 8);
        Assert.Equal("12", header.RootElement.GetProperty("__metadata__").GetProperty("step").GetString());
        Assert.Equal("\"ä\"\n", header.RootElement.GetProperty("__metadata__").GetProperty("note").GetString());

        var data = file.AsSpan(8 + length);
        Assert.Equal(8 + 8 + 3, data.Length);
        Assert.Equal(7L, BinaryPrimitives.ReadInt64LittleEndian(Slice(header, "c", "I64", [1], data)));
        var a = Slice(header, "a", "F32", [2], data);
        Assert.Equal(1f, BinaryPrimitives.ReadSingleLittleEndian(a));
        Assert.Equal(-2f, BinaryPrimitives.ReadSingleLittleEndian(a[4..]));
        Assert.Equal([1, 2, 3], Slice(header, "b", "U8", [3], data).ToArray());
    }

    [Fact]
    public void The_checksum_is_the_documented_one()
    {
        var path = _folder.File("sum.safetensors");
        Save(path);
        var text = File.ReadAllText(path, Encoding.Latin1);
        const string key = "\"wae.sha256\":\"";
        var start = text.IndexOf(key, StringComparison.Ordinal) + key.Length;
        var digits = text.Substring(start, 64);
        var zeroed = text.Remove(start, 64).Insert(start, new string('0', 64));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.Latin1.GetBytes(zeroed))), digits);
    }

    [Fact]
    public void Equal_content_gives_equal_bytes_in_any_order_of_insertion()
    {
        using var a = torch.randn(3, generator: _generator);
        using var b = torch.randn(4, generator: _generator);
        string first = _folder.File("1"), second = _folder.File("2");
        SafetensorsFile.Write(first, new Dictionary<string, torch.Tensor> { ["a"] = a, ["b"] = b }, new Dictionary<string, string> { ["x"] = "1", ["y"] = "2" });
        SafetensorsFile.Write(second, new Dictionary<string, torch.Tensor> { ["b"] = b, ["a"] = a }, new Dictionary<string, string> { ["y"] = "2", ["x"] = "1" });
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
    }

    [Fact]
    public void Metadata_comes_back_without_the_writer_s_own_entries()
    {
        var path = _folder.File("meta.safetensors");
        var metadata = new Dictionary<string, string> { ["λ"] = "10", ["json"] = "{\"a\":[1,2]}", [""] = "" };
        SafetensorsFile.Write(path, new Dictionary<string, torch.Tensor>(), metadata);
        using var content = SafetensorsFile.Read(path);
        Assert.Equal(metadata.OrderBy(p => p.Key, StringComparer.Ordinal), content.Metadata);
        Assert.Empty(content.Tensors);
    }

    [Fact]
    public void Reading_belongs_to_no_dispose_scope()
    {
        var path = _folder.File("scope.safetensors");
        Save(path);
        SafetensorsFile content;
        using (torch.NewDisposeScope())
        {
            content = SafetensorsFile.Read(path);
        }

        Assert.False(content.Tensors["weight"].IsInvalid);
        content.Dispose();
        Assert.True(content.Tensors["weight"].IsInvalid);
    }

    [Fact]
    public void What_the_format_cannot_hold_is_an_argument_error_and_leaves_the_old_file()
    {
        using var scope = torch.NewDisposeScope();
        var path = _folder.File("kept.safetensors");
        Save(path);
        var before = File.ReadAllBytes(path);
        var none = new Dictionary<string, string>();
        var x = torch.ones(1);
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(path, new Dictionary<string, torch.Tensor> { ["c"] = x.to(torch.complex64) }, none));
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(path, new Dictionary<string, torch.Tensor> { ["__metadata__"] = x }, none));
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(path, new Dictionary<string, torch.Tensor> { ["\ud800"] = x }, none));
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(path, new Dictionary<string, torch.Tensor> { ["x"] = x }, new Dictionary<string, string> { ["wae.sha256"] = "" }));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    private void Save(string path)
    {
        using var weight = torch.randn(4, 3, generator: _generator);
        SafetensorsFile.Write(path, new Dictionary<string, torch.Tensor> { ["weight"] = weight }, new Dictionary<string, string> { ["step"] = "3" });
    }

    private static ReadOnlySpan<byte> Slice(JsonDocument header, string name, string type, long[] shape, ReadOnlySpan<byte> data)
    {
        var entry = header.RootElement.GetProperty(name);
        Assert.Equal(type, entry.GetProperty("dtype").GetString());
        Assert.Equal(shape, entry.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64()));
        var offsets = entry.GetProperty("data_offsets");
        return data[offsets[0].GetInt32()..offsets[1].GetInt32()];
    }
}
