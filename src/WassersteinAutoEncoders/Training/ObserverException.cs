namespace WassersteinAutoEncoders.Training;

/// <summary>An observer threw and the options say that this stops the run. The trainer itself is intact; <c>Fit</c> may be called again and goes on where it stopped.</summary>
public sealed class ObserverException : Exception
{
    internal ObserverException(ITrainingObserver observer, TrainingEvent trainingEvent, Exception inner)
        : base($"The observer {observer.GetType().Name} failed on {trainingEvent.GetType().Name} after step {trainingEvent.Step}: {inner.Message}", inner)
        => Observer = observer;

    /// <summary>The observer that threw.</summary>
    public ITrainingObserver Observer { get; }
}
