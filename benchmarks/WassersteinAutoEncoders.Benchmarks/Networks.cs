using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Benchmarks;

/// <summary>The networks of the comparison, layer for layer those of <c>peers/peer.py</c>.</summary>
internal static class Networks
{
    public static (nn.Module<Tensor, Tensor> Encoder, nn.Module<Tensor, Tensor> Decoder) Mlp(long z)
        => (Chain([784, 200, 200, 200, z], last: null), Chain([z, 200, 200, 200, 784], nn.Sigmoid()));

    public static nn.Module<Tensor, Tensor> Critic(long z) => Chain([z, 512, 512, 512, 512, 1], last: null);

    /// <summary>The review's networks for 28×28 pictures, of width <paramref name="w"/>.</summary>
    public static (nn.Module<Tensor, Tensor> Encoder, nn.Module<Tensor, Tensor> Decoder) Convolutional(long z, long w)
    {
        var encoder = nn.Sequential(
            Down(1, w), nn.ReLU(inplace: true),
            Down(w, 2 * w), nn.BatchNorm2d(2 * w), nn.ReLU(inplace: true),
            Down(2 * w, 4 * w), nn.BatchNorm2d(4 * w), nn.ReLU(inplace: true),
            Down(4 * w, 8 * w), nn.BatchNorm2d(8 * w), nn.ReLU(inplace: true),
            nn.Flatten(), nn.Linear(8 * w, z));
        var decoder = nn.Sequential(
            nn.Linear(z, 8 * w * 49), nn.ReLU(), nn.Unflatten(1, [8 * w, 7, 7]),
            nn.ConvTranspose2d(8 * w, 4 * w, 4), nn.BatchNorm2d(4 * w), nn.ReLU(inplace: true),
            nn.ConvTranspose2d(4 * w, 2 * w, 4), nn.BatchNorm2d(2 * w), nn.ReLU(inplace: true),
            nn.ConvTranspose2d(2 * w, 1, 4, stride: 2), nn.Sigmoid());
        return (encoder, decoder);

        static nn.Module<Tensor, Tensor> Down(long from, long to) => nn.Conv2d(from, to, 4, stride: 2, padding: 1, bias: false);
    }

    private static nn.Module<Tensor, Tensor> Chain(long[] sizes, nn.Module<Tensor, Tensor>? last)
    {
        var layers = new List<nn.Module<Tensor, Tensor>>();
        for (var i = 0; i + 1 < sizes.Length; i++)
        {
            if (i > 0)
            {
                layers.Add(nn.ReLU());
            }

            layers.Add(nn.Linear(sizes[i], sizes[i + 1]));
        }

        if (last is not null)
        {
            layers.Add(last);
        }

        return nn.Sequential(layers);
    }
}
