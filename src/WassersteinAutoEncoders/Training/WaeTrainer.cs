using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Runs;
using WassersteinAutoEncoders.Training.Steps;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Training;

/// <summary>Trains a Wasserstein auto-encoder: minimizes E c(x, G(Q(x))) + λ·D(Q_Z, P_Z) over encoder Q and decoder G.</summary>
/// <remarks>
/// <para>Source: Tolstikhin, Bousquet, Gelly and Schölkopf, "Wasserstein Auto-Encoders", ICLR 2018, equation (4).</para>
/// <para>
/// Encoder, decoder and critic stay the caller's: they are neither moved nor wrapped nor disposed. They train in the
/// mode (train or eval) they are in; <see cref="Model"/> and <c>Evaluate</c> put them into evaluation mode and back into the mode found, and
/// draw from random generators of their own or restore those of stochastic modules: looking at a model does not change
/// its training. Move modules to their device first: afterwards their parameters would be others.
/// </para>
/// <para>
/// Not for use by several threads at once, except <see cref="RequestStop"/>: while one is in a method, or in a
/// <c>Fit</c> for as long as it runs, calls from others throw <see cref="InvalidOperationException"/>.
/// </para>
/// </remarks>
public sealed class WaeTrainer : IDisposable
{
    private readonly ILogger _logger;
    private readonly TrainerState _state;
    private readonly StepSequence _steps;
    private volatile string? _stopReason;
    private bool _saidSmallBatch;
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
        : this(new WaeModel(encoder, decoder, prior, options?.Seed ?? 0), divergence, options, logger)
    {
    }

    /// <summary>Creates a trainer of a model, a conditional one included.</summary>
    /// <param name="model">Encoder, decoder and prior; one trainer at a time.</param>
    /// <param name="divergence">D; one with a critic trains it beside the auto-encoder on the same codes.</param>
    /// <param name="options">Settings; defaults when <see langword="null"/>.</param>
    /// <param name="logger">Receives progress, warnings and errors with event ids 1000 to 1023; nobody when <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">A module has no parameters, or parameters differ in device or element type, or the critic shares some with encoder or decoder, or an option is out of range.</exception>
    public WaeTrainer(WaeModel model, ILatentDivergence divergence, WaeTrainerOptions? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(divergence);
        options ??= new WaeTrainerOptions();
        options.Validate();
        _logger = logger ?? NullLogger.Instance;
        var (counters, latent) = (new TrainerCounters(), new LatentObjective(divergence));
        var step = new TrainingStep(model, latent, options, counters, _logger);
        _state = new TrainerState(model, latent, step, new MetricAccumulator(step.Update.Parameters.Kind.OnCpu), counters, new ObserverStates(), options);
        _steps = new StepSequence(_state);
        model.Average = step.Update.Average;
    }

    /// <summary>Encoder, decoder and prior, to encode, decode and sample with: with averaged weights where the options ask for them.</summary>
    public WaeModel Model => _state.Model;

    /// <summary>The latent divergence D.</summary>
    public ILatentDivergence Divergence => _state.Latent.Divergence;

    /// <summary>The settings.</summary>
    public WaeTrainerOptions Options => _state.Options;

    /// <summary>Optimizer steps done, resumed runs included.</summary>
    public long StepCount => _state.Counters.Step;

    /// <summary>Epochs completed, resumed runs included.</summary>
    public int Epoch => _state.Counters.Epoch;

    /// <summary>Batches of the current epoch that were used; greater than 0 where a run stopped in the middle of one.</summary>
    public long BatchInEpoch => _state.Counters.Batch;

    /// <summary>The factor λ of the next step.</summary>
    public double Lambda => _state.Step.Rates.Lambda;

    /// <summary>The learning rate of encoder and decoder in the next step.</summary>
    public double LearningRate => _state.Step.Rates.LearningRate;

    /// <summary>Steps left out because something was not finite, resumed runs included.</summary>
    public int SkippedSteps => _state.Counters.Skipped;

    /// <summary>The path of the checkpoint saved or loaded last, if there is one.</summary>
    public string? LastCheckpoint => _state.Step.NonFinite.LastCheckpoint;

    /// <summary>Why the current or last call of <c>Fit</c> was asked to stop; <see langword="null"/> when it was not.</summary>
    public string? StopReason => _stopReason;

    /// <summary>Takes one batch: forward, backward and, each <see cref="WaeTrainerOptions.AccumulationSteps"/> batches, an update of the weights.</summary>
    /// <remarks>
    /// <para>The batch stays the caller's. No observer is called and no epoch counted; see <see cref="CompleteEpoch"/> for loops of one's own.</para>
    /// <para>
    /// After an exception no weight has changed, and an accumulation holds the same batches as before: the step may be
    /// tried again, or another batch taken. Two exceptions from this: gradients that are not finite, and an optimizer that
    /// throws, end the accumulation, whose batches are lost. The prior's and the noise's generators have gone on.
    /// </para>
    /// <para>The values of the first batch are looked at, once a trainer and once a call of <c>Fit</c>: those that decoder or cost cannot take are an error, doubtful ones a logged warning.</para>
    /// </remarks>
    /// <param name="batch">x, <c>[n, …]</c>, n ≥ 1, of the parameters' element type and on their device.</param>
    /// <param name="labels">Labels <c>[n]</c> or <c>[n, …]</c>, which conditional models and divergences that look at labels need; others leave them out.</param>
    /// <returns>The step's terms; its tensors live until the next step.</returns>
    /// <exception cref="ArgumentException">The batch, or what the modules made of it, has the wrong shape, element type or device, is too small for the divergence's estimator, or holds values that decoder or cost cannot take; or a module, the cost, the divergence or the prior returned nothing or another shape.</exception>
    /// <exception cref="InvalidOperationException">
    /// Gradients are not recorded (<c>no_grad</c>), a module's output is detached from its parameters, all are frozen, parameters were replaced or added
    /// after the trainer was made (looked for each 100 steps and when <c>Fit</c> begins), the backward pass fails, or another thread uses the trainer.
    /// </exception>
    /// <exception cref="NonFiniteException">The batch, the loss or a gradient holds NaN or an infinity, and the options do not allow to skip it.</exception>
    public WaeStepResult Step(torch.Tensor batch, torch.Tensor? labels = null)
    {
        using var turn = Enter();
        return _steps.Take(new Batch(batch, labels)).Result;
    }

    /// <summary>Ends an epoch in a loop of one's own: takes a step that an incomplete accumulation waits for, counts the epoch, tells the schedules.</summary>
    /// <returns>The means over the epoch.</returns>
    public IReadOnlyList<Metric> CompleteEpoch()
    {
        using var turn = Enter();
        return _steps.EndEpoch([]);
    }

    /// <summary>Evaluates batches with the trainer's cost, divergence, λ and seed, in evaluation mode, with averaged weights where the options ask for them.</summary>
    /// <remarks>Prior samples come from a generator that is seeded alike at each call: the same weights and batches give the same numbers, and training is not disturbed.</remarks>
    /// <param name="batches">Batches <c>[n, …]</c>, at least one. Those made by the enumeration are disposed, others stay the caller's.</param>
    /// <returns>Means over all examples; that of the penalty is over the batches that the divergence's estimator can take, so that a last batch of one is no error (<see cref="IMinimumSampleSize"/>).</returns>
    /// <exception cref="ArgumentException">There is no batch, or one has the wrong shape, element type or device, or all are too small for the divergence's estimator.</exception>
    public WaeEvaluation Evaluate(IEnumerable<torch.Tensor> batches) => EvaluateAll(Batch.Of(batches));

    /// <summary>Evaluates batches with labels, as <see cref="Evaluate(IEnumerable{torch.Tensor})"/> does.</summary>
    /// <param name="batches">Batches <c>[n, …]</c> and labels <c>[n]</c> or <c>[n, …]</c>.</param>
    /// <returns>Means over all examples.</returns>
    /// <exception cref="ArgumentException">There is no batch, or one does not fit, or all are too small for the divergence's estimator.</exception>
    public WaeEvaluation Evaluate(IEnumerable<(torch.Tensor Input, torch.Tensor Labels)> batches) => EvaluateAll(Batch.Of(batches));

    /// <summary>Asks a running <c>Fit</c> to stop after the step in progress. May be called from any thread, in particular by observers.</summary>
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
    /// <see cref="IEpochBatches{TBatch}"/> for the rest of the epoch, and passes over the first batches of any other
    /// enumerable, which must then yield the same ones again for the run to be the same.
    /// </para>
    /// <para>
    /// A batch made while the enumeration advances is disposed once the next one has come; a tensor that was there
    /// before stays its owner's.
    /// </para>
    /// </remarks>
    /// <param name="batches">
    /// Batches <c>[n, …]</c>, enumerated once an epoch; the last may be smaller. One too small for the divergence's estimator (fewer than
    /// <see cref="IMinimumSampleSize.MinimumSampleSize"/>, 2 for the MMD's default) is passed over, which is logged once; the first of an epoch must not be.
    /// </param>
    /// <param name="epochs">The number of epochs after which training is complete, ≥ 1.</param>
    /// <param name="options">Validation, observers and progress; none when <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the run after the step in progress, without an exception.</param>
    /// <returns>Why and where the run ended, and the means of its epochs.</returns>
    /// <exception cref="ArgumentException">There is no batch, or one is unfit, or an option is out of range; see <see cref="Step"/>.</exception>
    /// <exception cref="InvalidDataException">The checkpoint that was loaded holds a state that does not fit one of the observers.</exception>
    /// <exception cref="NonFiniteException">See <see cref="Step"/>.</exception>
    /// <exception cref="ObserverException">An observer threw and the options say that this stops the run.</exception>
    public WaeRun Fit(IEnumerable<torch.Tensor> batches, int epochs, FitOptions? options = null, CancellationToken cancellationToken = default)
        => Fit(BatchSource.Of(batches), epochs, options, cancellationToken);

    /// <summary>Trains on batches with labels, as <see cref="Fit(IEnumerable{torch.Tensor}, int, FitOptions?, CancellationToken)"/> does.</summary>
    /// <param name="batches">Batches <c>[n, …]</c> and labels <c>[n]</c> or <c>[n, …]</c>. A model that is not conditional does not see the labels; a divergence may.</param>
    /// <param name="epochs">The number of epochs after which training is complete, ≥ 1.</param>
    /// <param name="options">Validation, observers and progress; none when <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the run after the step in progress, without an exception.</param>
    /// <returns>Why and where the run ended, and the means of its epochs.</returns>
    public WaeRun Fit(IEnumerable<(torch.Tensor Input, torch.Tensor Labels)> batches, int epochs, FitOptions? options = null, CancellationToken cancellationToken = default)
        => Fit(BatchSource.Of(batches), epochs, options, cancellationToken);

    /// <summary>Trains on the batches of a data loader of TorchSharp, as <see cref="Fit(IEnumerable{torch.Tensor}, int, FitOptions?, CancellationToken)"/> does.</summary>
    /// <remarks>A seeded loader repeats one order in every epoch; <see cref="DatasetBatcher"/> does not.</remarks>
    /// <param name="batches">Batches with a tensor <c>data</c> (or <c>image</c>, <c>input</c>, or one of any name) and, where there are labels, <c>label</c> (or <c>labels</c>, <c>target</c>).</param>
    /// <param name="epochs">The number of epochs after which training is complete, ≥ 1.</param>
    /// <param name="options">Validation, observers and progress; none when <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the run after the step in progress, without an exception.</param>
    /// <returns>Why and where the run ended, and the means of its epochs.</returns>
    public WaeRun Fit(IEnumerable<Dictionary<string, torch.Tensor>> batches, int epochs, FitOptions? options = null, CancellationToken cancellationToken = default)
        => Fit(BatchSource.Of(batches), epochs, options, cancellationToken);

    /// <summary>Takes steps with a learning rate that rises geometrically, to see where it begins to train and where it diverges; then puts everything back to the bit.</summary>
    /// <remarks>Source: Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017. The critics' learning rate stays what it is.</remarks>
    /// <param name="batches">Batches <c>[n, …]</c>, enumerated as often as needed.</param>
    /// <param name="settings">The range and the number of steps; 1e-6 to 1 in 100 steps when <see langword="null"/>.</param>
    /// <returns>The loss at each rate.</returns>
    /// <exception cref="ArgumentException">There is no batch, or one is unfit, or a setting is out of range.</exception>
    /// <exception cref="InvalidOperationException"><c>Fit</c> is running, or an accumulation is incomplete.</exception>
    public LearningRateCurve TestLearningRates(IEnumerable<torch.Tensor> batches, LearningRateTest? settings = null)
    {
        using var turn = EnterIdle("The learning rates cannot be tested while Fit is running. Test them before.");
        return new LearningRateLoop(_state, settings ?? new LearningRateTest()).Run(BatchSource.Of(batches));
    }

    /// <summary>Saves everything that decides how training goes on: weights, optimizers' and critic's states, averages, random states, schedules, counters.</summary>
    /// <remarks>
    /// One safetensors file, written to a temporary file and renamed: the old file stays intact until the new one is
    /// complete. Tensors are named <c>encoder/…</c>, <c>decoder/…</c>, <c>optimizer/…</c>, <c>critic/…</c>,
    /// <c>critic_optimizer/…</c>, <c>average/…</c>, <c>random/…</c> and, within an accumulation, <c>gradient/…</c>.
    /// The states of observers are those of the current or the last run.
    /// </remarks>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="ObjectDisposedException">A module was disposed. An old file is intact.</exception>
    /// <exception cref="IOException">The file could not be written, or the path is a folder, a link, a pipe or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    public void SaveCheckpoint(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var turn = Enter();
        TrainerCheckpoint.Save(path, _state);
        _state.Step.NonFinite.LastCheckpoint = path;
        TrainerLog.CheckpointSaved(_logger, path, StepCount);
    }

    /// <summary>Takes over a state saved by a trainer with the same modules and options; on the CPU, training then goes on as if it had never stopped, bit for bit.</summary>
    /// <remarks>
    /// Everything in the file is checked before anything is changed; weights are then written in place. The global
    /// random state of libtorch's CPU generator, from which dropout and the like draw, is restored as well. λ, learning rates, the
    /// factor of a cost and the optimizers' settings may be changed on purpose: changes are logged (event id 1012, warning).
    /// The states of observers are given to those of the next <c>Fit</c>.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or was made with other modules, another prior, divergence, kernel, kind of cost or of optimizer, or another seed; the message names each difference. Nothing was changed.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="InvalidOperationException"><c>Fit</c> is running.</exception>
    public void LoadCheckpoint(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var turn = EnterIdle("A checkpoint cannot be loaded while Fit is running. Load it before, or after.");
        var changed = TrainerCheckpoint.Load(path, _state);
        _state.Step.NonFinite.LastCheckpoint = path;
        TrainerLog.CheckpointLoaded(_logger, path, Epoch, StepCount);
        if (changed.Count > 0)
        {
            TrainerLog.SettingsChanged(_logger, path, string.Join("; ", changed));
        }
    }

    /// <summary>Frees the optimizers' states and generators. The modules stay as they are; the model goes on with the weights of the last step.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        using var turn = Model.Thread.Enter();
        _disposed = true;
        if (ReferenceEquals(Model.Average, _state.Step.Update.Average))
        {
            Model.Average = null;
        }

        _steps.Dispose();
        _state.Step.Dispose();
        _state.Metrics.Dispose();
    }

    internal TrainerState State => _state;

    internal WaeEvaluation EvaluateAll(IEnumerable<Batch> batches)
    {
        using var turn = Enter();
        return Model.Evaluate(batches, _state.Latent, Options.Cost, Lambda, Options.Seed, LeftOut);
    }

    private WaeRun Fit(BatchSource batches, int epochs, FitOptions? options, CancellationToken cancellationToken)
    {
        Guard.CheckAtLeast(epochs, 1);
        options ??= new FitOptions();
        options.Validate();
        using var turn = EnterIdle("Fit is already running. An observer cannot start another run; use RequestStop.");
        _state.Step.Update.CheckCurrent();
        _state.Observers.Begin(options.Observers);
        _state.Step.FirstBatch.Begin();
        _fitting = true;
        _stopReason = null;
        try
        {
            return new FitLoop(this, _state, _steps, batches, epochs, options, _logger, cancellationToken).Run();
        }
        finally
        {
            _fitting = false;
        }
    }

    private void LeftOut(long count)
    {
        if (!_saidSmallBatch)
        {
            TrainerLog.SmallBatch(_logger, count, _state.Latent.MinimumSampleSize, "an evaluation leaves it out of the penalty's mean");
            _saidSmallBatch = true;
        }
    }

    private OneThread.Entry Enter()
    {
        var turn = Model.Thread.Enter();
        if (_disposed)
        {
            turn.Dispose();
            throw new ObjectDisposedException(nameof(WaeTrainer));
        }

        return turn;
    }

    private OneThread.Entry EnterIdle(string otherwise)
    {
        var turn = Enter();
        if (_fitting)
        {
            turn.Dispose();
            throw new InvalidOperationException(otherwise);
        }

        return turn;
    }
}
