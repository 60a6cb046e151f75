using TorchSharp;

namespace WassersteinAutoEncoders.Training.Observers.TensorBoard;

/// <summary>Writes event files that TensorBoard shows: metrics as curves, and what summary sources draw.</summary>
/// <remarks>
/// Metrics recorded during an epoch keep their names; means over an epoch stand under <c>epoch/…</c>, evaluations under
/// <c>evaluation/…</c>, all over the step. Every run of the process begins a new file in the folder; a resumed run says so in it, and
/// TensorBoard then forgets what earlier files hold about later steps. Every event reaches the operating system before the call returns.
/// </remarks>
public sealed class TensorBoardObserver : ITrainingObserver, IDisposable
{
    private readonly string _folder;
    private readonly IReadOnlyList<ISummarySource> _sources;
    private readonly int _everyEpochs;
    private readonly TimeProvider _clock;
    private EventFile? _file;

    /// <summary>Prepares to write; the file is begun at the first event.</summary>
    /// <param name="folder">The folder of the run, created where it is missing; TensorBoard's <c>--logdir</c> is this folder or one above.</param>
    /// <param name="sources">What to draw beside the metrics, after epochs; none by default.</param>
    /// <param name="everyEpochs">Draw after every so many epochs, ≥ 1; 1 by default.</param>
    /// <param name="clock">Where the time of events comes from; the system's clock by default.</param>
    public TensorBoardObserver(string folder, IReadOnlyList<ISummarySource>? sources = null, int everyEpochs = 1, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Check.AtLeast(everyEpochs, 1);
        _folder = folder;
        _sources = sources ?? [];
        _everyEpochs = everyEpochs;
        _clock = clock ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">A source drew something that cannot be shown.</exception>
    public void Observe(TrainingEvent trainingEvent)
    {
        switch (trainingEvent)
        {
            case RunStarted e:
                Open().Restart(e.Step);
                break;
            case MetricsRecorded e:
                Write(e.Step, "", e.Metrics);
                break;
            case EpochCompleted e:
                Write(e.Step, "epoch/", e.Metrics);
                if (e.Epoch % _everyEpochs == 0)
                {
                    Draw(e);
                }

                break;
            case EvaluationCompleted e:
                Write(e.Step, "", EventMetrics.Of(e.Evaluation));
                break;
        }
    }

    /// <summary>Closes the file. A later event begins another.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private EventFile Open() => _file ??= EventFile.Create(_folder, _clock);

    private void Write(long step, string prefix, IReadOnlyList<Metric> metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        Open().Write(step, metrics.Select(m => EventFile.Scalar(prefix + m.Name, m.Value)));
    }

    private void Draw(EpochCompleted e)
    {
        foreach (var source in _sources)
        {
            using var frozen = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            // One event a summary: pictures are large, and a record is built in memory.
            foreach (var summary in source.Summarize(e))
            {
                if (SummaryEncoder.Encode(summary) is { } value)
                {
                    Open().Write(e.Step, [value]);
                }
            }
        }
    }
}
