using TorchSharp;

namespace WassersteinAutoEncoders.Training.Data;

/// <summary>Reads batches one after another and disposes of those that were made for the reading.</summary>
/// <remarks>
/// A tensor made while the enumerator advances has no other owner: it is disposed once the next batch has come. A
/// tensor that was there before stays its owner's. Whatever else the enumerator makes lives until the reader is disposed.
/// </remarks>
internal sealed class BatchReader : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();
    private readonly IEnumerator<Batch> _source;
    private readonly List<torch.Tensor> _owned = [];

    public BatchReader(IEnumerable<Batch> batches)
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
    public Batch? Next()
    {
        Batch? next = null;
        var made = new List<torch.Tensor>();
        using (var step = torch.NewDisposeScope())
        {
            if (_source.MoveNext())
            {
                var batch = _source.Current;
                if (batch.Input is null)
                {
                    throw new ArgumentException("A batch is null. Every batch must be a tensor of shape [n, …].", "batches");
                }

                made.AddRange(new[] { batch.Input, batch.Labels }.OfType<torch.Tensor>().Where(step.Contains));
                next = batch;
            }

            step.MoveToOuter(step.DisposablesView);
        }

        // An enumerator may yield one tensor of its own many times.
        foreach (var tensor in _owned)
        {
            if (!ReferenceEquals(tensor, next?.Input) && !ReferenceEquals(tensor, next?.Labels))
            {
                tensor.Dispose();
            }
            else
            {
                made.Add(tensor);
            }
        }

        _owned.Clear();
        _owned.AddRange(made);
        return next;
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
