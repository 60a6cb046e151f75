using System.Diagnostics;
using System.Text.Json.Nodes;
using WassersteinAutoEncoders.Training;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>Collects what a report shows, from any training loop, and writes the file as the run goes on.</summary>
/// <remarks>
/// <see cref="ReportObserver"/> calls it from a <see cref="WaeTrainer"/>; a loop of one's own calls <see cref="Start"/>,
/// <see cref="RecordInterval"/>, <see cref="CompleteEpoch"/> and <see cref="End(RunOutcome, ILatentModel)"/>. Memory is bounded: series are thinned
/// to some hundred points, snapshots to <see cref="ReportOptions.MaxSnapshotBytes"/>. Not for several threads at once.
/// </remarks>
public sealed partial class ReportRecorder : IResumable, IDisposable
{
    private static readonly TimeSpan IntervalBetweenWrites = TimeSpan.FromSeconds(30);

    /// <summary>About what a diagnosis on the way takes, until one was made: in a run of seconds there is none before its end.</summary>
    private static readonly TimeSpan DiagnosisTime = TimeSpan.FromSeconds(0.5);

    private readonly string _path;
    private readonly ReportOptions _options;
    private readonly SnapshotTaker? _taker;
    private readonly RunHistory _history;
    private readonly ReportProbe? _probe;
    private readonly LatentCodes? _prior;
    private readonly TilePicture? _inputs;
    private readonly Stopwatch _clock = new();
    private readonly Stopwatch _reportClock = new();
    private readonly List<DiagnosisRow> _furtherRows = [];
    private IReadOnlyList<ReportSetting> _environment = [];
    private IReadOnlyList<ReportSetting> _described = [];
    private CodeDiagnosis _diagnosis = CodeDiagnosis.None;
    private RunState _state = RunState.Running;
    private long _lastStep;
    private int _lastEpoch;
    private int _plannedEpochs;
    private readonly TimeBudget _snapshotBudget;
    private readonly TimeBudget _diagnosisBudget;
    private readonly TimeBudget _writeBudget;
    private TimeSpan _lastWrite;

    /// <summary>A report that is written to a file.</summary>
    /// <param name="path">The HTML file; its folder must exist. An existing file is replaced.</param>
    /// <param name="probe">What the model is asked after every epoch; only metrics are reported when <see langword="null"/>.</param>
    /// <param name="options">Settings; defaults when <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">The probe is not usable, or an option is out of its range.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public ReportRecorder(string path, ReportProbe? probe = null, ReportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _path = Path.GetFullPath(path);
        if (!Directory.Exists(Path.GetDirectoryName(_path)))
        {
            throw new DirectoryNotFoundException($"The folder '{Path.GetDirectoryName(_path)}' of the report does not exist. Create it first.");
        }

        _options = options ?? new ReportOptions();
        _options.Check();
        _probe = probe;
        var third = _options.MaxTimeShare / 3;
        (_snapshotBudget, _diagnosisBudget, _writeBudget) = (new TimeBudget(_clock, third), new TimeBudget(_clock, third, DiagnosisTime), new TimeBudget(_clock, third));
        if (probe is null)
        {
            _history = new RunHistory(_options.MaxSnapshotBytes, "", 0);
            return;
        }

        ProbeChecks.Check(probe, _options);
        _prior = SamplePrior(probe, _options.Seed);
        _taker = new SnapshotTaker(probe, _options, _prior);
        _inputs = _taker.Inputs();
        _history = new RunHistory(_options.MaxSnapshotBytes, ProbeChecks.Name(probe, _options, _inputs), _prior.Dimension);
    }

    /// <summary>The time spent on the report so far.</summary>
    public TimeSpan ReportTime => _history.Before.Report + _reportClock.Elapsed;

    private TimeSpan Elapsed => _history.Before.Run + _clock.Elapsed;

    /// <summary>Begins a run, or goes on with it in a further call; takes a snapshot of the model as it stands and writes the file.</summary>
    /// <param name="epochs">The epoch count at which the run ends; 0 where that is not known.</param>
    /// <param name="model">The model; no snapshot is taken when <see langword="null"/>.</param>
    /// <param name="step">Optimizer steps done before.</param>
    /// <param name="epoch">Epochs completed before.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">The probe does not fit the model.</exception>
    public void Start(int epochs, ILatentModel? model = null, long step = 0, int epoch = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epochs);
        (_plannedEpochs, _lastStep, _lastEpoch, _state) = (epochs, step, epoch, RunState.Running);
        if (!_clock.IsRunning)
        {
            _clock.Start();
        }

        if (_environment.Count == 0)
        {
            _environment = RunEnvironment.Describe(DateTimeOffset.UtcNow);
            _history.Started = _history.Started.Length > 0 ? _history.Started : _environment[0].Value;
        }

        if (_history.EpochEnds.Count == 0)
        {
            _history.EpochEnds.Add(new EpochEnd(epoch, step, TimeSpan.Zero));
        }

        _reportClock.Start();
        try
        {
            // What can go wrong with the probe or the file goes wrong here, before hours of training.
            TakeSnapshot(model, again: true);
            _writeBudget.ChargeTwice(WriteFile); // The last write has to be paid too.
        }
        finally
        {
            _reportClock.Stop();
        }
    }

    /// <summary>Adds settings that the run itself knows, listed after those of the options.</summary>
    /// <param name="settings">They replace what was given before.</param>
    internal void DescribeRun(IReadOnlyList<ReportSetting> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _described = settings;
    }

    /// <summary>Records means over some training steps, and writes the file now and then where epochs are long.</summary>
    /// <param name="step">Optimizer steps done.</param>
    /// <param name="metrics">Named values; series of one name share a chart.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void RecordInterval(long step, IReadOnlyList<Metric> metrics)
    {
        _reportClock.Start();
        try
        {
            Record(step, metrics, MetricSource.Interval);
            if (_clock.Elapsed - _lastWrite > IntervalBetweenWrites)
            {
                DiagnoseAndWriteOnTheWay();
            }
        }
        finally
        {
            _reportClock.Stop();
        }
    }

    /// <summary>Records validation values.</summary>
    /// <param name="step">Optimizer steps done.</param>
    /// <param name="metrics">Named values, with the names of the training metrics they are to be compared with.</param>
    public void RecordValidation(long step, IReadOnlyList<Metric> metrics) => Record(step, metrics, MetricSource.Validation);

    /// <summary>Records an epoch, takes a snapshot and writes the file, unless the report has already taken its share of the run's time.</summary>
    /// <param name="epoch">Epochs completed.</param>
    /// <param name="step">Optimizer steps done.</param>
    /// <param name="metrics">Means over the epoch.</param>
    /// <param name="elapsed">Wall-clock time of the epoch.</param>
    /// <param name="model">The model; no snapshot is taken when <see langword="null"/>.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void CompleteEpoch(int epoch, long step, IReadOnlyList<Metric> metrics, TimeSpan elapsed, ILatentModel? model = null)
    {
        _reportClock.Start();
        try
        {
            Record(step, metrics, MetricSource.Epoch);
            _lastEpoch = epoch;
            _history.EpochEnds.Add(new EpochEnd(epoch, step, elapsed));
            _snapshotBudget.Spend(() => TakeSnapshot(model));
            DiagnoseAndWriteOnTheWay();
        }
        finally
        {
            _reportClock.Stop();
        }
    }

    /// <summary>Ends the run and writes the file for the last time, with a snapshot of the last epoch and the full diagnosis.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="model">The model; the last snapshot stays as it is when <see langword="null"/>.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void End(RunOutcome outcome, ILatentModel? model = null) => End(StateOf(outcome), model);

    /// <summary>Marks a run that has begun and not ended as broken off, and writes the file for the last time; does nothing otherwise.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Dispose()
    {
        if (_clock.IsRunning)
        {
            End(RunState.Failed);
        }
    }

    internal void End(RunState outcome, ILatentModel? model = null)
    {
        _reportClock.Start();
        try
        {
            _state = outcome;
            TakeSnapshot(model);
            _clock.Stop();
            Diagnose(codesTested: 500, priorSamples: 10_000);
            WriteFile();
        }
        finally
        {
            _reportClock.Stop();
        }
    }

    /// <summary>The run so far, for a checkpoint: metrics, ends of epochs, and of pictures and codes as much as takes about 2 MB.</summary>
    public JsonObject SaveState() => _history.Save(Elapsed, ReportTime);

    /// <inheritdoc/>
    public void LoadState(JsonObject state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _history.Load(state);
        _clock.Reset();
        _reportClock.Reset();
    }

    private void Record(long step, IReadOnlyList<Metric> metrics, MetricSource source)
    {
        Training.MetricNames.Check(metrics, nameof(metrics));
        _lastStep = Math.Max(_lastStep, step);
        _history.Record(step, metrics, source);
    }

    private void TakeSnapshot(ILatentModel? model, bool again = false)
    {
        if (model is null || _taker is null)
        {
            return;
        }

        var taken = _history.Snapshots.Snapshots;
        if (taken.Count == 0 || taken[^1].Step != _lastStep)
        {
            _history.Snapshots.Add(_taker.Take(model, _lastEpoch, _lastStep));
        }
        else if (again)
        {
            // A checkpoint holds codes to fewer digits than they are judged by.
            _history.Snapshots.Replace(_taker.Take(model, _lastEpoch, _lastStep));
        }
    }

    private void DiagnoseAndWriteOnTheWay()
    {
        // The tests' costs grow with the square of the codes.
        _diagnosisBudget.Spend(() => Diagnose(codesTested: 250, priorSamples: 2_000));
        _writeBudget.Spend(WriteFile);
    }

    private void WriteFile()
    {
        HtmlReport.Write(ToReport(), _path);
        _lastWrite = _clock.Elapsed;
    }

    internal static RunState StateOf(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Completed => RunState.Completed,
        RunOutcome.Cancelled => RunState.Cancelled,
        _ => RunState.StoppedEarly,
    };
}
