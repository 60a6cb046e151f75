using TorchSharp.Modules;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Tool.Networks;
using WassersteinAutoEncoders.Training.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tool.Bakeoff;

/// <summary>
/// A small convolutional classifier that the sample trains itself. The 64 numbers before its last layer are the features that
/// the Fréchet distance is measured on: they tell classes apart on these very pictures, and need no download.
/// </summary>
internal sealed class DigitClassifier : Module<Tensor, Tensor>
{
    private const int BatchSize = 128;
    private const int Passes = 3;
    private readonly Sequential features;
    private readonly Linear classes;

    public DigitClassifier(NetworkShape shape)
        : base(nameof(DigitClassifier))
    {
        features = Sequential(
            Conv2d(shape.Channels, 8, 4, stride: 2, padding: 1), ReLU(),
            Conv2d(8, 16, 4, stride: 2, padding: 1), ReLU(),
            Flatten(),
            Linear(16 * (shape.Height / 4) * (shape.Width / 4), 64), ReLU());
        classes = Linear(64, 10);
        RegisterComponents();
    }

    /// <summary>Pictures to ten logits.</summary>
    public override Tensor forward(Tensor input)
    {
        using var found = features.call(input);
        return classes.call(found);
    }

    /// <summary>The features of pictures, <c>[n, 64]</c>, block by block.</summary>
    public Tensor Features(Tensor pictures)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var blocks = new List<Tensor>();
        for (long start = 0; start < pictures.shape[0]; start += 1000)
        {
            blocks.Add(features.call(pictures.narrow(0, start, Math.Min(1000, pictures.shape[0] - start))));
        }

        return cat(blocks, 0).MoveToOuterDisposeScope();
    }

    /// <summary>Learns the classes in three passes over the pictures.</summary>
    public void Learn(Tensor pictures, Tensor labels, long seed, long? maximumSteps, CancellationToken cancellationToken)
    {
        using var optimizer = optim.Adam(parameters(), 2e-3);
        long step = 0;
        var batches = new TensorBatcher(HeldScalars.Range(pictures.shape[0], CPU), BatchSize, seed: seed);
        foreach (var rows in Enumerable.Range(0, Passes).SelectMany(_ => batches))
        {
            if (cancellationToken.IsCancellationRequested || step++ >= (maximumSteps ?? long.MaxValue))
            {
                break;
            }

            using var scope = NewDisposeScope();
            zero_grad();
            functional.cross_entropy(call(pictures.index_select(0, rows)), labels.index_select(0, rows)).backward();
            optimizer.step();
        }
    }

    /// <summary>The share of pictures whose class it names.</summary>
    public double Accuracy(Tensor pictures, Tensor labels)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return Scalars.Read(call(pictures).argmax(1).eq(labels).to(ScalarType.Float64).mean());
    }
}
