using System.Globalization;
using TorchSharp;
using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Priors;

namespace WassersteinAutoEncoders.Reporting;

/// <content>What is made of that which was recorded: the diagnosis, the report, a drawing that plays.</content>
public sealed partial class ReportRecorder
{
    /// <summary>Adds a measurement of your own to the diagnosis table and the verdict, such as a Fréchet distance; one of the same name is replaced. The next write shows it.</summary>
    /// <param name="name">What was measured.</param>
    /// <param name="value">The figure, with its unit where it has one.</param>
    /// <param name="expected">What it is where the model is good.</param>
    /// <param name="severity">How it is to be taken; a note by default.</param>
    /// <param name="meaning">One sentence for someone who meets the figure for the first time.</param>
    public void AddMeasurement(string name, string value, string expected = "", FindingSeverity severity = FindingSeverity.Note, string meaning = "")
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(meaning);
        AddDiagnosis(new DiagnosisRow(name, value, expected, severity == FindingSeverity.Note && expected.Length == 0 ? Health.Neutral : severity.Health(), meaning));
    }

    /// <summary>Adds a line to the diagnosis table, such as a Fréchet distance measured after the run; a line of the same name is replaced. The next write shows it.</summary>
    /// <param name="row">The line.</param>
    internal void AddDiagnosis(DiagnosisRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        _furtherRows.RemoveAll(other => other.Name == row.Name);
        _furtherRows.Add(row);
    }

    /// <summary>The codes over the prior, epoch after epoch, as one drawing that plays in a browser and in a README.</summary>
    /// <exception cref="InvalidOperationException">There are no codes of two or more dimensions: the probe asks for none, or no epoch has ended.</exception>
    public Figure Animate()
    {
        var report = ToReport();
        (LatentCodes, string)[] frames = [.. report.Snapshots.Where(s => s.Codes is { Dimension: > 1 }).Select(s => (s.Codes!, string.Create(CultureInfo.InvariantCulture, $"epoch {s.Epoch}")))];
        return frames.Length > 0 ? new Figure(LatentFigure.Draw(frames, report.Prior, report.Labels, report.ClassNames))
            : throw new InvalidOperationException("Expected snapshots with codes of two or more dimensions, but there are none. Give the probe a CodeProbe, and train first.");
    }

    /// <summary>What has been recorded so far.</summary>
    internal TrainingReport ToReport() => new()
    {
        Title = _options.Title,
        Subtitle = _options.Subtitle,
        CostUnit = _options.CostUnit,
        Progress = new RunProgress(_state, _lastStep, _lastEpoch, _plannedEpochs, Elapsed, ReportTime),
        Series = [.. _history.Series(_lastStep)],
        EpochEnds = [.. _history.EpochEnds],
        Inputs = _inputs,
        Snapshots = _history.Snapshots.Snapshots,
        Labels = _probe?.Codes?.Labels?.Take(_options.MaxCodes).ToArray() ?? [],
        ClassNames = ProbeChecks.ClassNames(_probe?.Codes),
        Prior = _prior,
        Diagnosis = _diagnosis.Rows,
        FurtherDiagnosis = [.. _furtherRows],
        CodeMatch = _diagnosis.Match,
        Settings = [.. _options.Settings.Select(setting => new ReportSetting(setting.Key, setting.Value)), .. _described],
        Environment = [.. _environment.Select((setting, n) => n == 0 ? setting with { Value = _history.Started } : setting)],
        Notes = Notes(),
    };

    private void Diagnose(int codesTested, int priorSamples)
    {
        if (_history.Snapshots.Snapshots is [.., { Codes: { } codes }])
        {
            _diagnosis = CodeDiagnosis.Of(codes, _probe!.Prior, _prior!, _options.Seed, codesTested, priorSamples);
        }
    }

    private IReadOnlyList<string> Notes()
    {
        var notes = new List<string>();
        var (kept, passed) = (_history.Snapshots.Snapshots.Count, _history.EpochEnds.Count - 1);
        if (kept > 0 && kept < passed)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"Pictures and codes are kept of {kept} of {passed} epochs, so that the file stays small and the report takes little of the run's time; the curves hold every epoch."));
        }

        if (_history.IsFull)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"Only the first {RunHistory.MaxSeries} series of metrics are shown."));
        }

        return notes;
    }

    private static LatentCodes SamplePrior(ReportProbe probe, long seed)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var generator = new torch.Generator((ulong)seed, torch.CPU);
        // Enough for smooth contours in a plane, and for a distance of a hundredth in many dimensions, where sorting them takes most of a report's beginning.
        var count = Math.Clamp(200_000 / Guard.CheckAtLeast(probe.Prior.Dimension, 1, nameof(probe)), 20_000, 100_000);
        return new LatentCodes(LatentCodes.ToFloats(PriorSamples.Draw(probe.Prior, count, generator, null, null)), (int)probe.Prior.Dimension);
    }
}
