namespace WassersteinAutoEncoders.Training;

/// <summary>The summary of a call of <c>Fit</c>.</summary>
/// <param name="Epochs">Epochs completed, over all resumed runs.</param>
/// <param name="Steps">Steps done, over all resumed runs.</param>
/// <param name="Outcome">Why it ended.</param>
/// <param name="History">The mean metrics of each epoch of this call.</param>
/// <param name="Elapsed">Wall-clock time of this call.</param>
public sealed record WaeRun(int Epochs, long Steps, RunOutcome Outcome, IReadOnlyList<IReadOnlyList<Metric>> History, TimeSpan Elapsed);

/// <summary>Why a run ended.</summary>
public enum RunOutcome
{
    /// <summary>All epochs were completed.</summary>
    Completed,

    /// <summary>The cancellation token was signalled; the step in progress was finished first.</summary>
    Cancelled,

    /// <summary>An observer asked to stop.</summary>
    StoppedEarly,
}
