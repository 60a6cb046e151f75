using System.Text.Json.Nodes;
using TorchSharp;
using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Training;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>Writes a report of a <see cref="WaeTrainer"/>'s run as an HTML file, after every epoch and at the end.</summary>
/// <remarks>
/// Given to the trainer among <see cref="FitOptions.Observers"/>. It keeps within <see cref="ReportOptions.MaxTimeShare"/>
/// of the run's time, does not change the run's random numbers, and follows several calls of <c>Fit</c> as one run.
/// A checkpoint holds the report's history, so that a resumed run is reported whole: give the trainer the report before the observer that writes checkpoints.
/// <see cref="Dispose"/>, best through <see langword="using"/>, tells a run that broke off from one that goes on.
/// </remarks>
public sealed class ReportObserver : ITrainingObserver, IResumable, IDisposable
{
    private const string ValidationPrefix = "validation/";
    private readonly ReportRecorder _recorder;
    private int _epochs;
    private long? _batch;

    /// <summary>A report that is written to a file.</summary>
    /// <param name="path">The HTML file; its folder must exist. An existing file is replaced.</param>
    /// <param name="probe">What the model is asked after every epoch; only metrics are reported when <see langword="null"/>.</param>
    /// <param name="options">Settings; defaults when <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">The probe is not usable, or an option is out of its range.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public ReportObserver(string path, ReportProbe? probe = null, ReportOptions? options = null)
        => _recorder = new ReportRecorder(path, probe, options);

    internal TrainingReport Report => _recorder.ToReport();

    /// <summary>The time spent on the report so far.</summary>
    public TimeSpan ReportTime => _recorder.ReportTime;

    /// <inheritdoc cref="ReportRecorder.AddMeasurement"/>
    public void AddMeasurement(string name, string value, string expected = "", FindingSeverity severity = FindingSeverity.Note, string meaning = "")
        => _recorder.AddMeasurement(name, value, expected, severity, meaning);

    /// <inheritdoc cref="ReportRecorder.Animate"/>
    public Figure Animate() => _recorder.Animate();

    /// <inheritdoc cref="ReportRecorder.SaveState"/>
    public JsonObject SaveState() => _recorder.SaveState();

    /// <inheritdoc/>
    public void LoadState(JsonObject state) => _recorder.LoadState(state);

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">The probe does not fit the model.</exception>
    public void Observe(TrainingEvent trainingEvent)
    {
        switch (trainingEvent)
        {
            case RunStarted started:
                _epochs = started.Epochs;
                _batch = null;
                _recorder.DescribeRun(TrainerSettings.Describe(started.Trainer, _epochs, null));
                _recorder.Start(started.Epochs, new TrainerModel(started.Trainer), started.Step, started.Epoch);
                break;
            case StepCompleted step when _batch is null:
                _batch = step.Result.Count;
                _recorder.DescribeRun(TrainerSettings.Describe(step.Trainer, _epochs, _batch));
                break;
            case MetricsRecorded recorded:
                _recorder.RecordInterval(recorded.Step, recorded.Metrics);
                break;
            case EpochCompleted completed:
                // The epoch's metrics hold the validation values under names of their own; here they join the curves of the training values.
                _recorder.RecordValidation(completed.Step, [.. completed.Metrics.Where(IsValidation).Select(metric => new Metric("loss/" + metric.Name[ValidationPrefix.Length..], metric.Value))]);
                _recorder.CompleteEpoch(completed.Epoch, completed.Step, [.. completed.Metrics.Where(metric => !IsValidation(metric))], completed.Elapsed, new TrainerModel(completed.Trainer));
                break;
            case RunCompleted completed:
                _recorder.End(completed.Run.Outcome, new TrainerModel(completed.Trainer));
                break;
        }
    }

    /// <summary>Marks a run that has not ended as broken off, and writes the file for the last time; does nothing otherwise.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Dispose() => _recorder.Dispose();

    private static bool IsValidation(Metric metric) => metric.Name.StartsWith(ValidationPrefix, StringComparison.Ordinal);
}

/// <summary>A trainer's model, in evaluation mode and with averaged weights where the trainer has them.</summary>
internal sealed class TrainerModel(WaeTrainer trainer) : ILatentModel
{
    public torch.Tensor Encode(torch.Tensor x) => trainer.Model.Encode(x);

    public torch.Tensor Decode(torch.Tensor z) => trainer.Model.Decode(z);
}
