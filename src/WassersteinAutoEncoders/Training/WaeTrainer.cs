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
public sealed partial class WaeTrainer : IDisposable
{
    private readonly ILogger _logger;
    private readonly TrainerState _state;
    private readonly StepSequence _steps;
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
        _state.Step.Joined?.Begin(_state);
        return _steps.Take(new Batch(batch, labels)).Result;
    }

    /// <summary>Ends an epoch in a loop of one's own: takes a step that an incomplete accumulation waits for, counts the epoch, tells the schedules.</summary>
    /// <returns>The means over the epoch.</returns>
    public IReadOnlyList<Metric> CompleteEpoch()
    {
        using var turn = Enter();
        return _steps.EndEpoch([]);
    }

    /// <summary>Asks a running <c>Fit</c> to stop after the step in progress. May be called from any thread, in particular by observers.</summary>
    /// <param name="reason">What to log.</param>
    public void RequestStop(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        _stopReason = reason;
    }

    /// <summary>Saves everything that decides how training goes on: weights, optimizers' and critic's states, averages, random states, schedules, counters.</summary>
    /// <remarks>
    /// One safetensors file, written to a temporary file and renamed: the old file stays intact until the new one is
    /// complete. Tensors are named <c>encoder/…</c>, <c>decoder/…</c>, <c>optimizer/…</c>, <c>critic/…</c>,
    /// <c>critic_optimizer/…</c>, <c>average/…</c>, <c>random/…</c> and, within an accumulation, <c>gradient/…</c>.
    /// The states of observers are those of the current or the last run. Of several processes (<see cref="WaeTrainerOptions.Processes"/>) all make the call and the first writes the file.
    /// </remarks>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="ObjectDisposedException">A module was disposed. An old file is intact.</exception>
    /// <exception cref="IOException">The file could not be written, or the path is a folder, a link, a pipe or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    public void SaveCheckpoint(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var turn = Enter();
        if (_state.Step.Joined is { } joined)
        {
            TrainerCheckpoint.SaveJoined(path, _state, joined);
        }
        else
        {
            TrainerCheckpoint.Save(path, _state, []);
        }

        _state.Step.NonFinite.LastCheckpoint = path;
        TrainerLog.CheckpointSaved(_logger, path, StepCount);
    }

    /// <summary>Takes over a state saved by a trainer with the same modules and options; on the CPU, training then goes on as if it had never stopped, bit for bit.</summary>
    /// <remarks>
    /// Everything in the file is checked before anything is changed; weights are then written in place. The global
    /// random state of libtorch's CPU generator, from which dropout and the like draw, is restored as well. λ, learning rates, the
    /// factor of a cost and the optimizers' settings may be changed on purpose: changes are logged (event id 1012, warning).
    /// The states of observers are given to those of the next <c>Fit</c>. Several processes all load the file; as many as there were when it was saved go on as if they had never
    /// stopped, others with the same weights and other random numbers where each draws its own.
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
