using System.Globalization;
using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Training;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>Writes event files that TensorBoard shows: metrics as curves and, after epochs, what a probe sees of the model.</summary>
/// <remarks>
/// Metrics recorded during an epoch keep their names; means over an epoch stand under <c>epoch/…</c>, validations under
/// <c>validation/…</c>, all over the step. Every run of the process begins a new file in the folder; a resumed run says so in it, and
/// TensorBoard then forgets what earlier files hold about later steps. Every event reaches the operating system before the call returns.
/// </remarks>
public sealed class TensorBoardObserver : ITrainingObserver, IDisposable
{
    private const int PairsInARow = 4;
    private const int Samples = 40;
    private const long BatchSize = 250;
    private readonly string _folder;
    private readonly ReportProbe? _probe;
    private readonly int _everyEpochs;
    private readonly bool _parameters;
    private readonly TimeProvider _clock;
    private EventFile? _file;

    /// <summary>Prepares to write; the file is begun at the first event.</summary>
    /// <param name="folder">The folder of the run, created where it is missing; TensorBoard's <c>--logdir</c> is this folder or one above.</param>
    /// <param name="probe">Its images are drawn with their reconstructions beside them, together with decoded prior samples, the same in every epoch; the codes of its inputs become a histogram for each dimension. Only metrics are written when <see langword="null"/>.</param>
    /// <param name="everyEpochs">Draw after every so many epochs, ≥ 1; 1 by default.</param>
    /// <param name="parameters">Whether each parameter of encoder and decoder becomes a histogram too; not by default.</param>
    /// <param name="clock">Where the time of events comes from; the system's clock by default.</param>
    /// <exception cref="ArgumentException">The probe is not usable, or a number is outside its range.</exception>
    public TensorBoardObserver(string folder, ReportProbe? probe = null, int everyEpochs = 1, bool parameters = false, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(everyEpochs, 1);
        if (probe is not null)
        {
            ProbeChecks.Check(probe, new ReportOptions());
        }

        (_folder, _probe, _everyEpochs, _parameters, _clock) = (folder, probe, everyEpochs, parameters, clock ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">The probe does not fit the model.</exception>
    public void Observe(TrainingEvent trainingEvent)
    {
        switch (trainingEvent)
        {
            case RunStarted e:
                Open().Restart(e.Step);
                break;
            case MetricsRecorded e:
                Write(e.Step, "", e.Metrics);
                break;
            case EpochCompleted e:
                Write(e.Step, "epoch/", e.Metrics);
                if (e.Epoch % _everyEpochs == 0)
                {
                    Draw(e);
                }

                break;
            case ValidationCompleted e:
                Write(e.Step, "", e.Evaluation.Metrics);
                break;
        }
    }

    /// <summary>Closes the file. A later event begins another.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private EventFile Open() => _file ??= EventFile.Create(_folder, _clock);

    private void Write(long step, string prefix, IReadOnlyList<Metric> metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        Open().Write(step, metrics.Select(metric => EventFile.Scalar(prefix + metric.Name, metric.Value)));
    }

    private void Draw(EpochCompleted e)
    {
        if (_probe is null && !_parameters)
        {
            return;
        }

        ArgumentNullException.ThrowIfNull(e.Trainer, nameof(e));
        using var frozen = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (_probe?.Images is { } images)
        {
            Draw(e, images);
        }

        if (_probe?.Codes is { } codes)
        {
            var encoded = LatentCodes.From(torch.cat([.. codes.Inputs.split(BatchSize).Select(x => e.Trainer.Model.Encode(x))], 0));
            var width = (encoded.Dimension - 1).ToString(CultureInfo.InvariantCulture).Length;
            Open().Write(e.Step, Enumerable.Range(0, encoded.Dimension)
                .Select(d => EventFile.Histogram("codes/" + d.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0'), encoded.Column(d).Select(value => (float)value)))
                .OfType<Tensorboard.Summary.Types.Value>());
        }

        foreach (var (name, module) in _parameters ? [("encoder", e.Trainer.Model.Encoder), ("decoder", e.Trainer.Model.Decoder)] : ((string, torch.nn.Module)[])[])
        {
            Open().Write(e.Step, module.named_parameters()
                .Select(parameter => EventFile.Histogram($"{name}/{parameter.name}", LatentCodes.ToFloats(parameter.parameter)))
                .OfType<Tensorboard.Summary.Types.Value>());
        }
    }

    /// <summary>One event a picture: they are large, and a record is built in memory.</summary>
    private void Draw(EpochCompleted e, ImageProbe images)
    {
        var inputs = images.Images.narrow(0, 0, Math.Min(new ReportOptions().MaxImages, images.Images.shape[0]));
        var (shape, count) = (images.Shape, inputs.shape[0]);
        var pairs = torch.stack([View(inputs), View(Shown(e.Trainer.Model.Reconstruct(inputs)))], 1);
        Open().Write(e.Step, [EventFile.Image("reconstructions", pairs.reshape(2 * count, shape.Channels, shape.Height, shape.Width), images.Range, 2 * PairsInARow)]);
        using var generator = new torch.Generator((ulong)new ReportOptions().Seed, torch.CPU);
        var samples = e.Trainer.Model.Sample(Samples, generator);
        Open().Write(e.Step, [EventFile.Image("samples", View(Shown(samples)), images.Range)]);

        torch.Tensor Shown(torch.Tensor decoded) => images.Output is { } output ? ModuleCall.Present(output(decoded), "the probe's output function") : decoded;

        torch.Tensor View(torch.Tensor batch) => batch.dim() > 0 && batch.numel() == batch.shape[0] * shape.Channels * shape.Height * shape.Width
            ? batch.reshape(batch.shape[0], shape.Channels, shape.Height, shape.Width)
            : throw new ArgumentException($"Expected images of {shape.Channels}×{shape.Height}×{shape.Width} values (channels, height, width); got a batch of shape [{string.Join(", ", batch.shape)}]. Give the probe the shape of one image.");
    }
}
