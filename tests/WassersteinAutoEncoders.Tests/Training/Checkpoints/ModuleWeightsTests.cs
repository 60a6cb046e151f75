using TorchSharp;
using WassersteinAutoEncoders.Training.Checkpoints;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Training.Checkpoints;

public sealed class ModuleWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Weights_and_buffers_come_back_to_the_bit_into_the_same_tensors()
    {
        using var saved = Network(3);
        using var loaded = Network(3);
        var path = _folder.File("encoder.safetensors");
        ModuleWeights.Save(saved, path, new Dictionary<string, string> { ["note"] = "epoch 3" });
        var before = loaded.parameters().First();
        ModuleWeights.Load(loaded, path);

        var (expected, actual) = (saved.state_dict(), loaded.state_dict());
        Assert.Contains("1.running_mean", expected.Keys);
        Assert.Equal(expected.Keys, actual.Keys);
        foreach (var name in expected.Keys)
        {
            Assert.Equal(expected[name].bytes.ToArray(), actual[name].bytes.ToArray());
        }

        Assert.Equal(expected["0.weight"].bytes.ToArray(), before.bytes.ToArray());
        Assert.True(before.requires_grad);
    }

    [Fact]
    public void A_part_of_a_larger_file_is_taken_by_its_prefix()
    {
        using var encoder = Network(3);
        using var loaded = Network(3);
        var tensors = encoder.state_dict().ToDictionary(p => "encoder." + p.Key, p => p.Value);
        using var other = torch.ones(1);
        tensors.Add("decoder.weight", other);
        var path = _folder.File("checkpoint.safetensors");
        SafetensorsFile.Write(path, tensors, new Dictionary<string, string>());
        ModuleWeights.Load(loaded, path, "encoder.");
        Assert.Equal(encoder.state_dict()["0.weight"].bytes.ToArray(), loaded.state_dict()["0.weight"].bytes.ToArray());
    }

    [Fact]
    public void Weights_of_another_module_are_refused_by_name_and_nothing_is_written()
    {
        using var narrow = Network(3);
        using var wide = Network(4);
        using var deep = Sequential(("0", Linear(2, 3)), ("1", BatchNorm1d(3)), ("2", Linear(3, 1)));
        using var doubles = Linear(2, 3, dtype: torch.float64);
        using var single = Linear(2, 3);
        string path = _folder.File("narrow"), linear = _folder.File("linear");
        ModuleWeights.Save(narrow, path);
        ModuleWeights.Save(single, linear);

        foreach (var (module, file, named) in new (Module, string, string)[] { (wide, path, "0.weight"), (deep, path, "2.bias"), (single, path, "weight"), (doubles, linear, "Float64") })
        {
            var before = module.state_dict().ToDictionary(p => p.Key, p => p.Value.bytes.ToArray());
            var error = Assert.Throws<InvalidDataException>(() => ModuleWeights.Load(module, file));
            Assert.Contains(named, error.Message, StringComparison.Ordinal);
            Assert.Contains(file, error.Message, StringComparison.Ordinal);
            foreach (var (name, tensor) in module.state_dict())
            {
                Assert.Equal(before[name], tensor.bytes.ToArray());
            }
        }
    }

    [Fact]
    public void A_module_without_weights_is_an_argument_error()
    {
        using var module = ReLU();
        Assert.Throws<ArgumentException>(() => ModuleWeights.Save(module, _folder.File("none")));
    }

    private static Module Network(int width) => Sequential(("0", Linear(2, width)), ("1", BatchNorm1d(width)));
}
