using TorchSharp;
using TorchSharp.PyBridge;
using WassersteinAutoEncoders.Training.Checkpoints;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training.Checkpoints;

/// <summary>Weights exchanged with TorchSharp.PyBridge, the library that TorchSharp's users write safetensors with.</summary>
public sealed class PyBridgeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    private string Weights => _folder.File("weights.safetensors");

    [Fact]
    public void PyBridge_reads_the_weights_that_we_save()
    {
        var (ours, theirs, input) = (Network(), Network(), Input());

        ModuleWeights.Save(ours, Weights, new Dictionary<string, string> { ["epoch"] = "3" });
        theirs.load_safetensors(Weights);

        Same(ours, theirs, input);
    }

    [Fact]
    public void We_read_the_weights_that_PyBridge_saves()
    {
        var (ours, theirs, input) = (Network(), Network(), Input());

        theirs.save_safetensors(Weights);
        ModuleWeights.Load(ours, Weights);

        Same(ours, theirs, input);
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private static Tensor Input()
    {
        using var generator = new Generator(5);
        return randn([4, 1, 6, 6], generator: generator);
    }

    // Parameters of four shapes, and buffers: running statistics and a scalar of 64-bit integers.
    private static nn.Module<Tensor, Tensor> Network()
    {
        var network = nn.Sequential(nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.ReLU(), nn.Flatten(), nn.Linear(48, 5));
        // One pass in training mode, so that the buffers are not those of every new network.
        network.call(randn(8, 1, 6, 6));
        network.eval();
        return network;
    }

    private static void Same(nn.Module<Tensor, Tensor> ours, nn.Module<Tensor, Tensor> theirs, Tensor input)
    {
        var (expected, actual) = (ours.state_dict(), theirs.state_dict());
        Assert.Equal(9, expected.Count);
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.All(expected, entry => Assert.True(entry.Value.equal(actual[entry.Key]).all().ToBoolean(), entry.Key));
        Assert.True(ours.call(input).equal(theirs.call(input)).all().ToBoolean());
    }
}
