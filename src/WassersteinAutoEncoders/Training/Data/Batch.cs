using TorchSharp;

namespace WassersteinAutoEncoders.Training.Data;

/// <summary>A batch as the trainer sees it: examples <c>[n, …]</c> and, where there are any, their labels.</summary>
internal readonly record struct Batch(torch.Tensor Input, torch.Tensor? Labels)
{
    private static readonly string[] InputKeys = ["data", "image", "input"];
    private static readonly string[] LabelKeys = ["label", "labels", "target"];

    public static IEnumerable<Batch> Of(IEnumerable<torch.Tensor> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        return batches.Select(b => new Batch(b, null));
    }

    public static IEnumerable<Batch> Of(IEnumerable<(torch.Tensor Input, torch.Tensor Labels)> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        return batches.Select(b => new Batch(b.Input, b.Labels ?? throw new ArgumentException("Expected labels with every batch, but those of one are null. Pass batches alone where there are no labels.", nameof(batches))));
    }

    /// <summary>The batches of a TorchSharp data loader: the tensor <c>data</c> (or <c>image</c>, <c>input</c>, or the only one), and <c>label</c> (or <c>labels</c>, <c>target</c>) where there is one.</summary>
    public static IEnumerable<Batch> Of(IEnumerable<Dictionary<string, torch.Tensor>> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        return batches.Select(tensors => FromDictionary(tensors));
    }

    private static Batch FromDictionary(Dictionary<string, torch.Tensor> tensors)
    {
        if (tensors is null)
        {
            throw new ArgumentException("A batch is null. Every batch must be a dictionary of tensors.", nameof(tensors));
        }

        var input = Find(tensors, InputKeys) ?? (tensors.Count == 1 ? tensors.Values.Single() : null)
            ?? throw new ArgumentException($"Expected a batch with a tensor named {string.Join(" or ", InputKeys)}, but got {string.Join(", ", tensors.Keys)}. Turn the loader's batches into tensors yourself, for instance with loader.Select(b => b[\"pixels\"]).", nameof(tensors));
        return new Batch(input, Find(tensors, LabelKeys));
    }

    private static torch.Tensor? Find(Dictionary<string, torch.Tensor> tensors, string[] keys)
        => keys.Select(key => tensors.GetValueOrDefault(key)).FirstOrDefault(t => t is not null);
}

/// <summary>The batches of each epoch, from whatever a caller has.</summary>
internal sealed class BatchSource
{
    private readonly Func<int, long, (IEnumerable<Batch> Batches, long Left)> _open;

    private BatchSource(Func<int, long, (IEnumerable<Batch>, long)> open) => _open = open;

    public static BatchSource Of(IEnumerable<torch.Tensor> batches) => batches is IEpochBatches<torch.Tensor> numbered
        ? new((epoch, skip) => (Batch.Of(numbered.Epoch(epoch, skip)), 0))
        : Plain(Batch.Of(batches));

    public static BatchSource Of(IEnumerable<(torch.Tensor Input, torch.Tensor Labels)> batches) => batches is IEpochBatches<(torch.Tensor, torch.Tensor)> numbered
        ? new((epoch, skip) => (Batch.Of(numbered.Epoch(epoch, skip)), 0))
        : Plain(Batch.Of(batches));

    public static BatchSource Of(IEnumerable<Dictionary<string, torch.Tensor>> batches) => Plain(Batch.Of(batches));

    /// <summary>A reader that stands behind the first batches of an epoch.</summary>
    public BatchReader Open(int epoch, long skip = 0)
    {
        var (batches, left) = _open(epoch, skip);
        var reader = new BatchReader(batches);
        try
        {
            for (long used = 0; used < left && reader.Next() is not null; used++)
            {
            }

            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private static BatchSource Plain(IEnumerable<Batch> batches) => new((_, skip) => (batches, skip));
}
