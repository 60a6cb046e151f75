using Microsoft.Extensions.Logging;
using WassersteinAutoEncoders.Metrics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Training.Observers;

/// <summary>Diagnoses the codes of validation examples against the prior after epochs, and logs what is wrong.</summary>
/// <remarks>
/// Event ids: 1120 the codes match the prior (information), 1121 they do not (warning when there is a problem,
/// information when there are warnings only). The message is the whole report. The diagnosis has a seed of its own, so
/// that it does not change the run.
/// </remarks>
public sealed class DiagnosisObserver : ITrainingObserver
{
    private const long EncodedAtOnce = 512;
    private static readonly EventId Match = new(1120, "CodesMatchPrior");
    private static readonly EventId Mismatch = new(1121, "CodesDifferFromPrior");

    private readonly Tensor _validation;
    private readonly ILogger _logger;
    private readonly int _everyEpochs;
    private readonly LatentDiagnosisOptions? _options;

    /// <summary>Creates the observer.</summary>
    /// <param name="validation">Examples that are not trained on, <c>[n, …]</c> with n ≥ 2, on the encoder's device; kept, not disposed. A few hundred and more than 20·d are wanted.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="everyEpochs">How many epochs lie between diagnoses, ≥ 1; 1 by default.</param>
    /// <param name="options">Settings of the diagnosis; the defaults when <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">There are fewer than 2 examples, or a number is outside its range.</exception>
    public DiagnosisObserver(Tensor validation, ILogger logger, int everyEpochs = 1, LatentDiagnosisOptions? options = null)
    {
        Guard.CheckTensor(validation, nameof(validation));
        ArgumentNullException.ThrowIfNull(logger);
        if (validation.dim() < 2 || validation.shape[0] < 2)
        {
            throw new ArgumentException($"Expected at least 2 examples [n, …], but '{nameof(validation)}' has shape {Guard.Shape(validation)}. Pass a batch of validation examples.", nameof(validation));
        }

        options?.Validate();
        _everyEpochs = (int)Guard.CheckAtLeast(everyEpochs, 1);
        (_validation, _logger, _options) = (validation, logger, options);
    }

    /// <summary>The latest diagnosis; <see langword="null"/> before the first.</summary>
    public LatentDiagnosis? Latest { get; private set; }

    /// <inheritdoc/>
    public void Observe(TrainingEvent trainingEvent)
    {
        if (trainingEvent is not EpochCompleted epoch || epoch.Epoch % _everyEpochs != 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var codes = cat(_validation.split(EncodedAtOnce).Select((x => epoch.Trainer.Model.Encode(x))).ToList(), 0);
        Latest = LatentDiagnosis.Run(codes, epoch.Trainer.Model.Prior, _options);
        var level = Latest.Findings[0].Severity == FindingSeverity.Problem ? LogLevel.Warning : LogLevel.Information;
        _logger.Log(level, Latest.Matches ? Match : Mismatch, "Epoch {Epoch}: {Diagnosis}", epoch.Epoch, Latest);
    }
}
