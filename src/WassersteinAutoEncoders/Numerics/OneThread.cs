namespace WassersteinAutoEncoders.Numerics;

/// <summary>Lets one thread in at a time and refuses the others; the thread that is in may enter again.</summary>
/// <remarks>Two steps at once would share gradients, modes and native memory: a late error at best. One interlocked exchange a call.</remarks>
internal sealed class OneThread
{
    private int _owner;
    private int _depth;

    /// <summary>Enters until the result is disposed.</summary>
    /// <exception cref="InvalidOperationException">Another thread is in.</exception>
    public Entry Enter()
    {
        var current = Environment.CurrentManagedThreadId;
        var found = Interlocked.CompareExchange(ref _owner, current, 0);
        if (found != 0 && found != current)
        {
            throw new InvalidOperationException("Expected one thread at a time, but another one is using this trainer, in Step, Fit or a look at the model. Wait for it, or give each thread a trainer and modules of its own; RequestStop alone may be called from anywhere.");
        }

        _depth++;
        return new Entry(this);
    }

    private void Leave()
    {
        if (--_depth == 0)
        {
            Volatile.Write(ref _owner, 0);
        }
    }

    public readonly struct Entry(OneThread owner) : IDisposable
    {
        public void Dispose() => owner.Leave();
    }
}
