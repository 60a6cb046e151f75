using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Schedules;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Training;

/// <summary>Trains a Wasserstein auto-encoder: minimises E c(x, G(Q(x))) + λ·D(Q_Z, P_Z) over encoder Q and decoder G.</summary>
/// <remarks>
/// <para>Source: Tolstikhin, Bousquet, Gelly and Schölkopf, "Wasserstein Auto-Encoders", ICLR 2018, equation (4).</para>
/// <para>
/// Encoder, decoder and critic stay the caller's: they are neither moved nor wrapped nor disposed. They train in the
/// mode (train or eval) they are in; <see cref="Evaluate"/>, <see cref="Encode"/>, <see cref="Decode"/>,
/// <see cref="Reconstruct"/> and <see cref="Sample(long)"/> put them into evaluation mode and back into the mode found, and
/// draw from random generators of their own or restore those of stochastic modules: looking at a model does not change
/// its training. Move modules to their device first: afterwards their parameters would be others.
/// </para>
/// <para>
/// Not for use by several threads at once, except <see cref="RequestStop"/>: while one is in a method, or in a
/// <see cref="Fit"/> for as long as it runs, calls from others throw <see cref="InvalidOperationException"/>.
/// </para>
/// </remarks>
public sealed class WaeTrainer : IDisposable
{
    private readonly Module<torch.Tensor, torch.Tensor> _encoder;
    private readonly Module<torch.Tensor, torch.Tensor> _decoder;
    private readonly ILatentDivergence _divergence;
    private readonly ILogger _logger;
    private readonly StepRunner _runner;
    private readonly ModelView _view;
    private readonly MetricAccumulator _metrics;
    private readonly torch.Generator _samplingGenerator;
    private readonly TrainerCounters _counters = new();
    private readonly OneThread _thread = new();
    private ISchedule[]? _schedules;
    private List<Metric>? _recorded;
    private WaeStepResult? _last;
    private volatile string? _stopReason;
    private bool _fitting;
    private bool _disposed;

    /// <summary>Creates a trainer.</summary>
    /// <param name="encoder">Q: a batch <c>[n, …]</c> to codes <c>[n, d]</c>; d is the prior's dimension.</param>
    /// <param name="decoder">G: codes <c>[n, d]</c> to reconstructions of the batch's shape.</param>
    /// <param name="prior">P_Z.</param>
    /// <param name="divergence">D; one with a critic trains it beside the auto-encoder on the same codes.</param>
    /// <param name="options">Settings; defaults when <see langword="null"/>.</param>
    /// <param name="logger">Receives progress, warnings and errors with event ids 1000 to 1023; nobody when <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">A module has no parameters, or parameters differ in device or element type, or the critic shares some with encoder or decoder, or an option is out of range.</exception>
    public WaeTrainer(
        Module<torch.Tensor, torch.Tensor> encoder, Module<torch.Tensor, torch.Tensor> decoder, IPrior prior,
        ILatentDivergence divergence, WaeTrainerOptions? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(divergence);
        (_encoder, _decoder, Prior, _divergence) = (encoder, decoder, prior, divergence);
        Options = options ?? new WaeTrainerOptions();
        Options.Validate();
        _logger = logger ?? NullLogger.Instance;
        Check.AtLeast(prior.Dimension, 1, nameof(prior));
        _runner = new StepRunner(encoder, decoder, prior, divergence, Options, _counters, _logger);
        _view = new ModelView(encoder, decoder, prior, divergence, _runner);
        _metrics = new MetricAccumulator(_runner.Parameters.OnCpu);
        _samplingGenerator = Generators.Create(Options.Seed, Generators.Sampling);
    }

    /// <summary>The encoder Q.</summary>
    public Module<torch.Tensor, torch.Tensor> Encoder => _encoder;

    /// <summary>The decoder G.</summary>
    public Module<torch.Tensor, torch.Tensor> Decoder => _decoder;

    /// <summary>The prior P_Z.</summary>
    public IPrior Prior { get; }

    /// <summary>The latent divergence D.</summary>
    public ILatentDivergence Divergence => _divergence;

    /// <summary>The settings.</summary>
    public WaeTrainerOptions Options { get; }

    /// <summary>Optimizer steps done, resumed runs included.</summary>
    public long StepCount => _counters.Step;

    /// <summary>Epochs completed, resumed runs included.</summary>
    public int Epoch => _counters.Epoch;

    /// <summary>Batches of the current epoch that were used; greater than 0 where a run stopped in the middle of one.</summary>
    public long BatchInEpoch => _counters.Batch;

    /// <summary>The factor λ of the next step.</summary>
    public double Lambda => _runner.Lambda;

    /// <summary>The learning rate of encoder and decoder in the next step.</summary>
    public double LearningRate => _runner.LearningRate;

    /// <summary>Steps left out because something was not finite, resumed runs included.</summary>
    public int SkippedSteps => _counters.Skipped;

    /// <summary>The path of the checkpoint saved or loaded last, if there is one.</summary>
    public string? LastCheckpoint => _runner.NonFinite.LastCheckpoint;

    /// <summary>Why the current or last call of <see cref="Fit"/> was asked to stop; <see langword="null"/> when it was not.</summary>
    public string? StopReason => _stopReason;

    /// <summary>Takes one batch: forward, backward and, each <see cref="WaeTrainerOptions.AccumulationSteps"/> batches, an update of the weights.</summary>
    /// <remarks>
    /// <para>The batch stays the caller's. No observer is called and no epoch counted; see <see cref="CompleteEpoch"/> for loops of one's own.</para>
    /// <para>
    /// After an exception no weight has changed, and an accumulation holds the same batches as before: the step may be
    /// tried again, or another batch taken. Two exceptions from this: gradients that are not finite, and an optimizer that
    /// throws, end the accumulation, whose batches are lost. The prior's and the noise's generators have gone on.
    /// </para>
    /// <para>The values of the first batch are looked at, once a trainer and once a call of <see cref="Fit"/>: those that decoder or cost cannot take are an error, doubtful ones a logged warning.</para>
    /// </remarks>
    /// <param name="batch">x, <c>[n, …]</c>, n ≥ 1, of the parameters' element type and on their device.</param>
    /// <returns>The step's terms; its tensors live until the next step.</returns>
    /// <exception cref="ArgumentException">The batch, or what the modules made of it, has the wrong shape, element type or device, is too small for the divergence's estimator, or holds values that decoder or cost cannot take; or a module, the cost, the divergence or the prior returned nothing or another shape.</exception>
    /// <exception cref="InvalidOperationException">
    /// Gradients are not recorded (<c>no_grad</c>), a module's output is detached from its parameters, all are frozen, parameters were replaced or added
    /// after the trainer was made (looked for each 100 steps and when <see cref="Fit"/> begins), the backward pass fails, or another thread uses the trainer.
    /// </exception>
    /// <exception cref="NonFiniteException">The batch, the loss or a gradient holds NaN or an infinity, and the options do not allow to skip it.</exception>
    public WaeStepResult Step(torch.Tensor batch)
    {
        using var turn = _thread.Enter();
        ObjectDisposedException.ThrowIf(_disposed, this);
        return StepCore(batch, out _);
    }

    /// <summary>Ends an epoch in a loop of one's own: takes a step that an incomplete accumulation waits for, counts the epoch, tells the schedules.</summary>
    /// <returns>The means over the epoch.</returns>
    public IReadOnlyList<Metric> CompleteEpoch()
    {
        using var turn = _thread.Enter();
        ObjectDisposedException.ThrowIf(_disposed, this);
        return EndEpoch([]);
    }

    /// <summary>Evaluates held-out batches: cost, penalty and the distribution of the codes, in evaluation mode, with averaged weights where the options ask for them.</summary>
    /// <remarks>Prior samples come from a generator that is seeded alike at each call: the same weights and batches give the same numbers, and training is not disturbed.</remarks>
    /// <param name="batches">Batches <c>[n, …]</c>, at least one. Those made by the enumeration are disposed, others stay the caller's.</param>
    /// <returns>Means over all examples; that of the penalty is over the batches that the divergence's estimator can take, so that a last batch of one is no error (<see cref="Divergences.IMinimumSampleSize"/>).</returns>
    /// <exception cref="ArgumentException">There is no batch, or one has the wrong shape, element type or device, or all are too small for the divergence's estimator.</exception>
    public WaeEvaluation Evaluate(IEnumerable<torch.Tensor> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        using var turn = _thread.Enter();
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _view.Evaluate(Options.Cost, batches, Options.Seed);
    }

    /// <summary>The codes Q(x) of a batch, in evaluation mode.</summary>
    /// <param name="x">A batch <c>[n, …]</c>.</param>
    /// <returns><c>[n, d]</c>, without gradient; the caller's.</returns>
    public torch.Tensor Encode(torch.Tensor x)
    {
        using var turn = _thread.Enter();
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _view.Encode(x);
    }

    /// <summary>The decoder's output G(z) for codes, in evaluation mode.</summary>
    /// <param name="z">Codes <c>[n, d]</c>.</param>
    /// <returns><c>[n, …]</c>, without gradient; the caller's.</returns>
    public torch.Tensor Decode(torch.Tensor z)
    {
        using var turn = _thread.Enter();
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _view.Decode(z);
    }

    /// <summary>The reconstructions G(Q(x)) of a batch, in evaluation mode.</summary>
    /// <param name="x">A batch <c>[n, …]</c>.</param>
    /// <returns><c>[n, …]</c>, without gradient; the caller's.</returns>
    public torch.Tensor Reconstruct(torch.Tensor x)
    {
        using var turn = _thread.Enter();
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _view.Reconstruct(x);
    }

    /// <summary>Decodes prior samples, in evaluation mode; new ones at each call, from a generator that training does not use.</summary>
    /// <param name="count">How many, ≥ 1.</param>
    /// <returns><c>[count, …]</c>, without gradient; the caller's.</returns>
    public torch.Tensor Sample(long count)
    {
        using var turn = _thread.Enter();
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Sample(count, _samplingGenerator);
    }

    /// <summary>Decodes prior samples drawn from a given generator, in evaluation mode.</summary>
    /// <param name="count">How many, ≥ 1.</param>
    /// <param name="generator">The CPU generator to draw from.</param>
    /// <returns><c>[count, …]</c>, without gradient; the caller's.</returns>
    public torch.Tensor Sample(long count, torch.Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        using var turn = _thread.Enter();
        ObjectDisposedException.ThrowIf(_disposed, this);
        Check.AtLeast(count, 1);
        return _view.Sample(count, generator);
    }

    /// <summary>Pretrains the encoder on mean and covariance of the prior; see <see cref="EncoderPretraining"/>. <see cref="Fit"/> does it by itself where the options ask for it.</summary>
    /// <param name="batches">Batches <c>[n, …]</c>, enumerated as often as needed.</param>
    /// <param name="settings">Settings; those of the options, or else the defaults, when <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends pretraining after the step in progress.</param>
    /// <returns>The number of steps and the last loss.</returns>
    /// <exception cref="ArgumentException">There is no batch, or one is unfit, or the settings are out of range.</exception>
    /// <exception cref="NonFiniteException">The loss is NaN or infinite.</exception>
    public PretrainingResult Pretrain(IEnumerable<torch.Tensor> batches, EncoderPretraining? settings = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        using var turn = _thread.Enter();
        ObjectDisposedException.ThrowIf(_disposed, this);
        settings ??= Options.Pretraining ?? new EncoderPretraining();
        settings.Validate();
        var result = new PretrainingLoop(_encoder, Prior, _runner, Options, settings, cancellationToken).Run(batches);
        _counters.Pretrained = !cancellationToken.IsCancellationRequested;
        TrainerLog.Pretrained(_logger, result.Steps, result.Loss);
        return result;
    }

    /// <summary>Asks a running <see cref="Fit"/> to stop after the step in progress. May be called from any thread, in particular by observers.</summary>
    /// <param name="reason">What to log.</param>
    public void RequestStop(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        _stopReason = reason;
    }

    /// <summary>Trains until <paramref name="epochs"/> epochs are completed, those of earlier calls and of a loaded checkpoint included.</summary>
    /// <remarks>
    /// <para>
    /// The count is a target: a trainer that has completed 7 epochs trains 3 more for <c>epochs: 10</c>, and none for
    /// <c>epochs: 7</c>. Stopped in the middle of an epoch, the next call goes on after the last batch used: it asks
    /// <see cref="Data.IEpochBatches"/> for the rest of the epoch, and passes over the first batches of any other
    /// enumerable, which must then yield the same ones again for the run to be the same.
    /// </para>
    /// <para>
    /// A batch made while the enumeration advances is disposed once the next one has come; a tensor that was there
    /// before stays its owner's.
    /// </para>
    /// </remarks>
    /// <param name="batches">
    /// Batches <c>[n, …]</c>, enumerated once an epoch; the last may be smaller. One too small for the divergence's estimator (fewer than
    /// <see cref="Divergences.IMinimumSampleSize.MinimumSampleSize"/>, 2 for the MMD's default) is passed over, which is logged once; the first of an epoch must not be.
    /// </param>
    /// <param name="epochs">The number of epochs after which training is complete, ≥ 1.</param>
    /// <param name="cancellationToken">Ends the run after the step in progress, without an exception.</param>
    /// <returns>Why and where the run ended, and the means of its epochs.</returns>
    /// <exception cref="ArgumentException">There is no batch, or one is unfit; see <see cref="Step"/>.</exception>
    /// <exception cref="NonFiniteException">See <see cref="Step"/>.</exception>
    /// <exception cref="ObserverException">An observer threw and the options say that this stops the run.</exception>
    public WaeRun Fit(IEnumerable<torch.Tensor> batches, int epochs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        Check.AtLeast(epochs, 1);
        using var turn = _thread.Enter();
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_fitting)
        {
            throw new InvalidOperationException("Fit is already running. An observer cannot start another run; use RequestStop.");
        }

        _runner.CheckCurrent();
        _runner.FirstBatch.Begin();
        _fitting = true;
        _stopReason = null;
        try
        {
            return new FitLoop(this, batches, epochs, new ObserverHub(Options.Observers, Options.ObserverErrors, _logger), _logger, cancellationToken).Run();
        }
        finally
        {
            _fitting = false;
        }
    }

    /// <summary>Saves everything that decides how training goes on: weights, optimizers' and critic's states, averages, random states, schedules, counters.</summary>
    /// <remarks>
    /// One safetensors file, written to a temporary file and renamed: the old file stays intact until the new one is
    /// complete. Tensors are named <c>encoder/…</c>, <c>decoder/…</c>, <c>optimizer/…</c>, <c>critic/…</c>,
    /// <c>critic_optimizer/…</c>, <c>average/…</c>, <c>random/…</c> and, within an accumulation, <c>gradient/…</c>.
    /// </remarks>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="ObjectDisposedException">A module was disposed. An old file is intact.</exception>
    /// <exception cref="IOException">The file could not be written, or the path is a folder, a link, a pipe or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    public void SaveCheckpoint(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var turn = _thread.Enter();
        ObjectDisposedException.ThrowIf(_disposed, this);
        TrainerCheckpoint.Save(path, Parts());
        _runner.NonFinite.LastCheckpoint = path;
        TrainerLog.CheckpointSaved(_logger, path, _counters.Step);
    }

    /// <summary>Takes over a state saved by a trainer with the same modules and options; on the CPU, training then goes on as if it had never stopped, bit for bit.</summary>
    /// <remarks>
    /// Everything in the file is checked before anything is changed; weights are then written in place. The global
    /// random state of libtorch's CPU generator, from which dropout and the like draw, is restored as well. λ, learning rates, the
    /// factor of a cost and the optimizers' settings may be changed on purpose: changes are logged (event id 1012, warning).
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or was made with other modules, another prior, divergence, kernel, kind of cost or of optimizer, or another seed; the message names each difference. Nothing was changed.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="InvalidOperationException"><see cref="Fit"/> is running.</exception>
    public void LoadCheckpoint(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var turn = _thread.Enter();
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_fitting)
        {
            throw new InvalidOperationException("A checkpoint cannot be loaded while Fit is running. Load it before, or after.");
        }

        var changed = TrainerCheckpoint.Load(path, Parts());
        _recorded = null;
        _runner.NonFinite.LastCheckpoint = path;
        TrainerLog.CheckpointLoaded(_logger, path, _counters.Epoch, _counters.Step);
        if (changed.Count > 0)
        {
            TrainerLog.SettingsChanged(_logger, path, string.Join("; ", changed));
        }
    }

    /// <summary>Frees the optimizers' states and generators. The modules stay as they are.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        using var turn = _thread.Enter();
        _disposed = true;
        _last?.DisposeTensors();
        _runner.Dispose();
        _metrics.Dispose();
        _samplingGenerator.Dispose();
    }

    internal TrainerCounters Counters => _counters;

    /// <summary>Counts a batch that is a remainder too small for the divergence without a step; returns whether it is one.</summary>
    internal bool PassOver(torch.Tensor batch)
    {
        if (!_runner.PassesOver(batch))
        {
            return false;
        }

        _counters.Batch++;
        return true;
    }

    /// <summary>A step with all its bookkeeping.</summary>
    internal WaeStepResult StepCore(torch.Tensor batch, out StepOutcome outcome)
    {
        _last?.DisposeTensors();
        _last = null;
        var result = _last = _runner.Run(batch, out outcome);
        if (outcome != StepOutcome.Skipped)
        {
            _metrics.Add(result);
        }

        _counters.Batch++;
        if (outcome == StepOutcome.Updated)
        {
            AfterUpdate(result);
        }

        return result;
    }

    /// <summary>The means of the interval that the last step completed, once.</summary>
    internal IReadOnlyList<Metric>? TakeRecorded()
    {
        var taken = _recorded;
        _recorded = null;
        return taken;
    }

    /// <summary>Takes the step that an incomplete accumulation waits for. Returns the terms of its last batch if there was one.</summary>
    internal WaeStepResult? Flush()
    {
        if (!_runner.Flush() || _last is null)
        {
            return null;
        }

        AfterUpdate(_last);
        return _last;
    }

    /// <summary>Ends the epoch; <paramref name="evaluated"/> joins its means.</summary>
    internal IReadOnlyList<Metric> EndEpoch(IEnumerable<Metric> evaluated)
    {
        Flush();
        var means = Complete(_metrics.TakeEpoch());
        means.AddRange(evaluated);
        _counters.Epoch++;
        _counters.Batch = 0;
        foreach (var schedule in Schedules().OfType<IEpochFeedback>())
        {
            schedule.EpochCompleted(_counters.Epoch, means);
        }

        return means;
    }

    private void AfterUpdate(WaeStepResult result)
    {
        if (_runner.Parameters.OnCpu)
        {
            _metrics.Add("gradient/norm", _runner.Parameters.GradientNorm);
        }

        foreach (var schedule in Schedules())
        {
            (schedule as IStepFeedback)?.StepTaken(_counters.Step, result);
        }

        if (_counters.Step % Options.LoggingInterval != 0)
        {
            return;
        }

        _recorded = Complete(_metrics.TakeInterval());
    }

    /// <summary>Adds what is not a mean, and looks for what is not finite where single steps are not looked at.</summary>
    private List<Metric> Complete(List<Metric> means)
    {
        if (!_runner.Parameters.OnCpu)
        {
            _runner.NonFinite.CheckMeans(means, Options.LoggingInterval, Lambda);
        }

        means.Add(new Metric("lambda", Lambda));
        means.Add(new Metric("learning_rate", LearningRate));
        if (_runner.CriticOptimizer is not null)
        {
            means.Add(new Metric("critic/learning_rate", _runner.CriticLearningRate));
        }

        return means;
    }

    private TrainerParts Parts() => new(_encoder, _decoder, Prior, _divergence, _runner, _metrics, _samplingGenerator, _counters, Options);

    private ISchedule[] Schedules() => _schedules ??= [.. new[] { Options.Lambda, Options.LearningRate, Options.CriticLearningRate }.Distinct()];
}
