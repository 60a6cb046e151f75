using System.Diagnostics;
using System.Globalization;
using WassersteinAutoEncoders.Training;

namespace WassersteinAutoEncoders.Samples.Running;

/// <summary>Tells a person how training goes: the bar as it moves, one line an epoch; asks to stop after a number of steps.</summary>
internal sealed class ConsoleObserver(SampleConsole console, long? maximumSteps) : ITrainingObserver
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private string _losses = "";
    private int _epochs;

    /// <summary>Takes the number of steps done and a line for the bar, where there is one.</summary>
    public Action<long, string>? Progress { get; set; }

    /// <summary>Time until the first step was done, from the observer's making.</summary>
    public TimeSpan? FirstStep { get; private set; }

    public void Observe(TrainingEvent trainingEvent)
    {
        switch (trainingEvent)
        {
            case RunStarted started:
                _epochs = started.Epochs;
                StopAt(started);
                break;
            case StepCompleted step:
                FirstStep ??= _watch.Elapsed;
                if (step.Step % 10 == 0)
                {
                    Progress?.Invoke(step.Step, $"epoch {step.Epoch + 1}/{_epochs} {_losses}");
                }

                StopAt(step);
                break;
            case MetricsRecorded recorded:
                _losses = Losses(recorded.Metrics);
                break;
            case EpochCompleted epoch:
                console.Say($"epoch {epoch.Epoch.ToString(CultureInfo.InvariantCulture).PadLeft(Digits(_epochs))}/{_epochs}  {Losses(epoch.Metrics)}  {Extra(epoch.Metrics)}{epoch.Elapsed.TotalSeconds:F1} s");
                break;
        }
    }

    /// <summary>At the start too: a resumed run may have done its steps already.</summary>
    private void StopAt(TrainingEvent trainingEvent)
    {
        if (trainingEvent.Step >= maximumSteps)
        {
            trainingEvent.Trainer.RequestStop($"--max-steps {maximumSteps}");
        }
    }

    private static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;

    private static string Losses(IReadOnlyList<Metric> metrics)
        => $"reconstruction {Value(metrics, "loss/reconstruction"):G4}  penalty {Value(metrics, "loss/penalty"):G4}";

    private static string Extra(IReadOnlyList<Metric> metrics)
        => Value(metrics, "critic/accuracy") is var accuracy && double.IsFinite(accuracy) ? $"critic accuracy {accuracy:P0}  " : "";

    private static double Value(IReadOnlyList<Metric> metrics, string name)
    {
        foreach (var metric in metrics)
        {
            if (metric.Name == name)
            {
                return metric.Value;
            }
        }

        return double.NaN;
    }
}
