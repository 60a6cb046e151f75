using TorchSharp;

namespace WassersteinAutoEncoders.Training;

/// <summary>Reads batches one after another and disposes of those that were made for the reading.</summary>
/// <remarks>
/// A tensor made while the enumerator advances has no other owner: it is disposed once the next batch has come. A
/// tensor that was there before stays its owner's. Whatever else the enumerator makes lives until the reader is disposed.
/// </remarks>
internal sealed class BatchReader : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();
    private readonly IEnumerator<torch.Tensor> _source;
    private torch.Tensor? _owned;

    public BatchReader(IEnumerable<torch.Tensor> batches)
    {
        try
        {
            _source = batches.GetEnumerator();
        }
        catch
        {
            _scope.Dispose();
            throw;
        }
    }

    /// <summary>The next batch, or nothing at the end.</summary>
    public torch.Tensor? Next()
    {
        torch.Tensor? batch = null;
        var made = false;
        using (var step = torch.NewDisposeScope())
        {
            if (_source.MoveNext())
            {
                batch = _source.Current ?? throw new ArgumentException("A batch is null. Every batch must be a tensor of shape [n, …].", "batches");
                made = step.Contains(batch);
            }

            step.MoveToOuter(step.DisposablesView);
        }

        // An enumerator may yield one tensor of its own many times.
        if (batch is null || !ReferenceEquals(_owned, batch))
        {
            _owned?.Dispose();
            _owned = made ? batch : null;
        }

        return batch;
    }

    public void Dispose()
    {
        try
        {
            _source.Dispose();
        }
        finally
        {
            _scope.Dispose();
        }
    }
}
