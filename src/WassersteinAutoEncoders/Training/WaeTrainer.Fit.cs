using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Runs;

namespace WassersteinAutoEncoders.Training;

/// <content>Whole runs and evaluations, over whatever batches a caller has.</content>
public sealed partial class WaeTrainer
{
    private bool _saidSmallBatch;

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
    /// <param name="minimum">The first learning rate, finite and &gt; 0; 1e-6 by default.</param>
    /// <param name="maximum">The last learning rate, finite and greater than the first; 1 by default.</param>
    /// <param name="steps">The number of steps from one to the other, ≥ 2; 100 by default.</param>
    /// <returns>The loss at each rate.</returns>
    /// <exception cref="ArgumentException">There is no batch, or one is unfit, or a number is out of range.</exception>
    /// <exception cref="InvalidOperationException"><c>Fit</c> is running, or an accumulation is incomplete.</exception>
    public LearningRateCurve TestLearningRates(IEnumerable<torch.Tensor> batches, double minimum = 1e-6, double maximum = 1, int steps = 100)
        => TestLearningRates(BatchSource.Of(batches), minimum, maximum, steps);

    /// <summary>Tests learning rates on batches with labels, as <see cref="TestLearningRates(IEnumerable{torch.Tensor}, double, double, int)"/> does: what a conditional model needs.</summary>
    /// <param name="batches">Batches <c>[n, …]</c> and labels <c>[n]</c> or <c>[n, …]</c>, enumerated as often as needed.</param>
    /// <param name="minimum">The first learning rate, finite and &gt; 0; 1e-6 by default.</param>
    /// <param name="maximum">The last learning rate, finite and greater than the first; 1 by default.</param>
    /// <param name="steps">The number of steps from one to the other, ≥ 2; 100 by default.</param>
    /// <returns>The loss at each rate.</returns>
    /// <exception cref="ArgumentException">There is no batch, or one is unfit, or a number is out of range.</exception>
    /// <exception cref="InvalidOperationException"><c>Fit</c> is running, or an accumulation is incomplete.</exception>
    public LearningRateCurve TestLearningRates(IEnumerable<(torch.Tensor Input, torch.Tensor Labels)> batches, double minimum = 1e-6, double maximum = 1, int steps = 100)
        => TestLearningRates(BatchSource.Of(batches), minimum, maximum, steps);

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

    private LearningRateCurve TestLearningRates(BatchSource batches, double minimum, double maximum, int steps)
    {
        Guard.CheckPositive(minimum);
        Guard.CheckPositive(maximum);
        Guard.CheckAtLeast(steps, 2);
        if (maximum <= minimum)
        {
            throw new ArgumentOutOfRangeException(nameof(maximum), maximum, FormattableString.Invariant($"Expected '{nameof(maximum)}' to be greater than '{nameof(minimum)}', {minimum:R}. Raise it."));
        }

        using var turn = EnterIdle("The learning rates cannot be tested while Fit is running. Test them before.");
        _state.Step.Joined?.Begin(_state);
        return new LearningRateLoop(_state, minimum, maximum, steps).Run(batches);
    }

    private void LeftOut(long count)
    {
        if (!_saidSmallBatch)
        {
            TrainerLog.SmallBatch(_logger, count, _state.Latent.MinimumSampleSize, "an evaluation leaves it out of the penalty's mean");
            _saidSmallBatch = true;
        }
    }
}
