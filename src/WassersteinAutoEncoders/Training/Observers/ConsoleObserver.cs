using System.Globalization;
using WassersteinAutoEncoders.Costs;

namespace WassersteinAutoEncoders.Training.Observers;

/// <summary>Writes how a run goes for a person to read: the losses and what they are counted in, the speed, and the time that is left.</summary>
/// <remarks>
/// <para>
/// One line when the run starts, one after each epoch, one at the end. On a terminal the epoch in progress has a line too, which is written
/// over every half a second; where the output goes to a file or a pipe, an epoch that lasts gets a line a minute, and nothing is written over.
/// </para>
/// <para>
/// Losses are means over the epoch; in parentheses those of validation batches, where there are any. The speed counts the examples between the
/// first and the last step of the epoch, without validation and what other observers do. The time left is that of the last epoch, with
/// everything in it, for each epoch to come; before the first is over it is not known and not written.
/// </para>
/// </remarks>
public sealed class ConsoleObserver : ITrainingObserver
{
    private const int UsualWidth = 100;
    private static readonly TimeSpan Rewriting = TimeSpan.FromSeconds(0.5), Repeating = TimeSpan.FromMinutes(1), EpochPause = TimeSpan.FromSeconds(10);

    private readonly TextWriter _writer;
    private readonly RunLength? _length;
    private readonly bool _rewrites;
    private readonly TimeProvider _clock;
    private int _epochs;
    private double _doneBefore;
    private long _began;
    private int _shown;
    private long _examples;
    private long _written;
    private long? _epochBegan;
    private long? _firstStep;
    private long _lastStep;
    private TimeSpan? _epochTook;
    private IReadOnlyList<Metric> _latest = [];

    /// <summary>Creates the observer.</summary>
    /// <param name="writer">Where to write; the console's standard output when <see langword="null"/>. It is not disposed.</param>
    /// <param name="rewrites">Whether the writer is a terminal, on which a carriage return goes back to the beginning of a line; when <see langword="null"/>, it is where the console's output is not redirected.</param>
    /// <param name="clock">Measures time; the system's clock when <see langword="null"/>.</param>
    public ConsoleObserver(TextWriter? writer = null, bool? rewrites = null, TimeProvider? clock = null)
    {
        _writer = writer ?? Console.Out;
        _rewrites = rewrites ?? (writer is null && !Console.IsOutputRedirected);
        _clock = clock ?? TimeProvider.System;
    }

    /// <summary>Creates the observer of a run that something else may end before its epochs: progress and time left follow that, and epochs, which may then be many and short, have a line in ten seconds at most.</summary>
    internal ConsoleObserver(TextWriter writer, bool rewrites, RunLength? length, TimeProvider? clock = null)
        : this(writer, rewrites, clock)
        => _length = length;

    /// <inheritdoc/>
    public void Observe(TrainingEvent trainingEvent)
    {
        switch (trainingEvent)
        {
            case RunStarted e:
                Begin(e);
                break;
            case MetricsRecorded e:
                _latest = e.Metrics;
                break;
            case StepCompleted e:
                Step(e);
                break;
            case EpochCompleted e:
                Epoch(e);
                break;
            case RunCompleted e:
                WriteLine(End(e));
                break;
        }
    }

    private void Begin(RunStarted e)
    {
        (_epochs, _epochTook, _latest, _began) = (e.Epochs, null, [], _clock.GetTimestamp());
        (_written, _doneBefore) = (_began, _length?.Done(e.Step) ?? 0);
        BeginEpoch(null);
        var resumed = e.Step > 0 ? Text($", from epoch {e.Epoch}, step {e.Step:N0}") : "";
        WriteLine(Text($"{_length?.Name ?? Count(e.Epochs, "epoch")}{resumed}; reconstruction: {CostUnits.Of(e.Trainer.Options.Cost)}; penalty: {e.Trainer.Divergence.GetType().Name}, weighted with λ = {e.Trainer.Lambda:G4}"));
    }

    private void Step(StepCompleted e)
    {
        var now = _clock.GetTimestamp();
        _epochBegan ??= now;
        if (_firstStep is null)
        {
            _firstStep = now;
        }
        else
        {
            // The first step's own time is not known, so its examples do not count either.
            _examples += e.Result.Count;
        }

        _lastStep = now;
        if (_clock.GetElapsedTime(_written, now) < (_rewrites ? Rewriting : Repeating))
        {
            return;
        }

        var left = _epochTook is { } took ? took * (_epochs - e.Epoch) - _clock.GetElapsedTime(_epochBegan.Value, now) : (TimeSpan?)null;
        var line = Text($"{Number(e.Epoch + 1, e.Step)}  step {e.Step:N0}{Losses(_latest)}{Speed()}{Left(_length is null ? left : ByLength(e.Step, now))}");
        if (_rewrites)
        {
            Rewrite(line);
        }
        else
        {
            WriteLine(line);
        }

        _written = now;
    }

    private void Epoch(EpochCompleted e)
    {
        var now = _clock.GetTimestamp();
        _epochTook = _clock.GetElapsedTime(_epochBegan ?? now, now);
        if (_length is null || _clock.GetElapsedTime(_written, now) >= EpochPause)
        {
            WriteLine(Text($"{Number(e.Epoch, e.Step)}{Losses(e.Metrics)}{Speed()}{Left(_length is not null ? ByLength(e.Step, now) : e.Epoch < _epochs ? _epochTook * (_epochs - e.Epoch) : null)}"));
            _written = now;
        }

        BeginEpoch(now);
    }

    /// <summary>The time left where the rest of the run goes as what is done of it went; nothing before anything is done.</summary>
    private TimeSpan? ByLength(long step, long now)
        => _length!.Done(step) is var done && done > _doneBefore ? _clock.GetElapsedTime(_began, now) * ((1 - done) / (done - _doneBefore)) : null;

    private void BeginEpoch(long? now) => (_epochBegan, _firstStep, _examples) = (now, null, 0);

    private static string End(RunCompleted e)
    {
        var what = e.Run.Outcome switch
        {
            RunOutcome.Cancelled => "cancelled",
            RunOutcome.StoppedEarly => $"stopped early ({e.Trainer.StopReason?.TrimEnd('.')})",
            _ => "done",
        };
        return Text($"{what}: {Count(e.Epoch, "epoch")}, {Count(e.Step, "step")} in {Duration(e.Run.Elapsed)}");
    }

    private string Number(int epoch, long step)
    {
        if (_length is not null)
        {
            return Text($"epoch {epoch}, {100 * _length.Done(step):F0} %");
        }

        var all = Text($"{_epochs}");
        return $"epoch {Text($"{epoch}").PadLeft(all.Length)}/{all}";
    }

    private static string Losses(IReadOnlyList<Metric> metrics)
    {
        var text = Loss(metrics, "reconstruction") + Loss(metrics, "penalty");
        return Find(metrics, "critic/accuracy") is { } accuracy ? text + Text($"  critic right in {100 * accuracy:F0} %") : text;
    }

    private static string Loss(IReadOnlyList<Metric> metrics, string term)
        => Find(metrics, "loss/" + term) is not { } value ? ""
            : $"  {term} {Value(value)}" + (Find(metrics, "validation/" + term) is { } validation ? $" (validation {Value(validation)})" : "");

    private static double? Find(IReadOnlyList<Metric> metrics, string name)
    {
        foreach (var metric in metrics)
        {
            if (metric.Name == name)
            {
                return metric.Value;
            }
        }

        return null;
    }

    private string Speed()
        => _firstStep is { } first && _clock.GetElapsedTime(first, _lastStep).TotalSeconds is > 0 and var seconds ? Text($"  {_examples / seconds:N0} examples/s") : "";

    private static string Left(TimeSpan? left)
        => left is { } time ? $"  {Duration(TimeSpan.FromSeconds(Math.Ceiling(Math.Max(0, time.TotalSeconds))))} left" : "";

    private static string Count(long count, string what) => Text($"{count:N0} {what}{(count == 1 ? "" : "s")}");

    /// <summary>Four significant digits, so that columns stay where they are.</summary>
    private static string Value(double value)
        => Math.Abs(value) is >= 1e-4 and < 1e6 and var size
            ? value.ToString("F" + Math.Clamp(3 - (int)Math.Floor(Math.Log10(size)), 0, 7), CultureInfo.InvariantCulture)
            : value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Duration(TimeSpan time) => time.TotalMinutes switch
    {
        < 1 => Text($"{time.TotalSeconds:0.#} s"),
        < 60 => Text($"{time.Minutes}:{time.Seconds:00} min"),
        _ => Text($"{(int)time.TotalHours}:{time.Minutes:00} h"),
    };

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private void WriteLine(string line)
    {
        _writer.WriteLine(_shown > 0 ? "\r" + line.PadRight(_shown) : line);
        _writer.Flush();
        _shown = 0;
    }

    /// <summary>Writes over the line that is shown; one that is wider than the terminal would leave its beginning behind.</summary>
    private void Rewrite(string line)
    {
        var width = Math.Max(1, Width() - 1);
        line = line.Length > width ? line[..width] : line;
        _writer.Write("\r" + line.PadRight(_shown));
        _writer.Flush();
        _shown = line.Length;
    }

    private static int Width()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : UsualWidth;
        }
        catch (Exception e) when (e is IOException or PlatformNotSupportedException)
        {
            return UsualWidth;
        }
    }
}

/// <summary>What ends a run before its epochs do.</summary>
/// <param name="Name">Such as <c>20 s of processor time</c>.</param>
/// <param name="Done">The part of the run that is done after so many steps, from 0 to 1.</param>
internal sealed record RunLength(string Name, Func<long, double> Done);
