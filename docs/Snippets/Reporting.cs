using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Reporting;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;

namespace Snippets;

/// <summary>The code of the page on the report.</summary>
public static class Reporting
{
    /// <summary>A report beside a trainer.</summary>
    public static void Train(nn.Module<Tensor, Tensor> encoder, nn.Module<Tensor, Tensor> decoder, IPrior prior, ILatentDivergence divergence, IEnumerable<Tensor> batches, Tensor validation, int[] labels)
    {
        #region report
        var probe = new ReportProbe(prior)
        {
            Images = new ImageProbe(validation, new ImageShape(1, 28, 28), PixelRange.Unit),
            Codes = new CodeProbe(validation, labels),
        };
        using var report = new ReportObserver("report.html", probe, new ReportOptions { Title = "My run", CostUnit = "Σ(x − x̂)² an image" });
        var fit = new FitOptions { Observers = [report], Validation = [validation] };
        using var trainer = new WaeTrainer(encoder, decoder, prior, divergence);
        trainer.Fit(batches, epochs: 100, fit);
        #endregion
    }

    #region latent-model
    public sealed class MyModel(nn.Module<Tensor, Tensor> encoder, nn.Module<Tensor, Tensor> decoder) : ILatentModel
    {
        public Tensor Encode(Tensor x) => encoder.call(x);

        public Tensor Decode(Tensor z) => decoder.call(z);
    }
    #endregion

    /// <summary>A report beside a loop of one's own.</summary>
    public static void Loop(MyModel model, ReportProbe probe, Func<int, (double Cost, double Penalty)> trainEpoch)
    {
        #region own-loop
        using var recorder = new ReportRecorder("report.html", probe);
        recorder.Start(epochs: 10, model);
        for (var epoch = 1; epoch <= 10; epoch++)
        {
            var (cost, penalty) = trainEpoch(epoch);
            Metric[] means = [new("loss/reconstruction", cost), new("loss/penalty", penalty)];
            recorder.CompleteEpoch(epoch, step: 500 * epoch, means, TimeSpan.FromSeconds(20), model);
        }
        recorder.End(RunOutcome.Completed, model);
        #endregion
    }

    /// <summary>Pictures for a README.</summary>
    public static void Draw(WaeTrainer trainer, ReportObserver report, Tensor validation, int[] labels)
    {
        #region pictures
        report.Animate().Save("latent.svg");
        using var samples = trainer.Model.Sample(64);
        ImageGrid.Save("samples.png", samples.reshape(64, 1, 28, 28), PixelRange.Unit, columns: 8, scale: 2);
        using var codes = trainer.Model.Encode(validation);
        Figure.Codes(codes, trainer.Model.Prior, labels).Save("codes.svg");
        #endregion
    }

    /// <summary>Several runs on one page.</summary>
    public static void Compare()
    {
        #region compare
        RunComparison.Write("compare.html", ["runs/mmd/report.html", "runs/sliced/report.html", "runs/sinkhorn/report.html"], title: "Three divergences");
        #endregion
    }

    /// <summary>A plot of one's own.</summary>
    public static void Plot(double[] epochs, double[] losses)
    {
        #region svg-plot
        Figure.Curves("Loss over the epochs", "epoch", "nats an image", [("training", [.. epochs.Zip(losses)])], logarithmic: true).Save("loss.svg");
        #endregion
    }
}
