using System.Text.Json.Nodes;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Observers;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Training.Observers;

public sealed class EarlyStoppingObserverTests : IDisposable
{
    private readonly Module<torch.Tensor, torch.Tensor> _encoder = Linear(2, 1), _decoder = Linear(1, 2);

    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
    }

    [Theory]
    [InlineData(false, 0.0, 2, new[] { 3.0, 2, 2, 1.5, 1.5, 1.6 }, 6)]
    [InlineData(true, 0.0, 2, new[] { 3.0, 4, 4, 5, 4, 3 }, 6)]
    [InlineData(false, 0.0, 1, new[] { 3.0, 3.0 }, 2)]
    [InlineData(false, 0.5, 2, new[] { 3.0, 2.6, 2.5, 2.4 }, 3)]
    [InlineData(false, 0.5, 2, new[] { 3.0, 2.6, 2.4, 2.0, 1.95 }, 5)]
    [InlineData(false, 0.0, 3, new[] { double.NaN, double.NaN, 5, double.NaN, 4, 3 }, 0)]
    [InlineData(false, 0.0, 2, new[] { double.NaN, double.NaN }, 2)]
    [InlineData(false, 0.0, 2, new[] { double.PositiveInfinity, 4, double.PositiveInfinity, 5 }, 4)]
    public void It_stops_after_so_many_epochs_without_improvement(bool larger, double margin, int patience, double[] values, int expected)
    {
        var observer = new EarlyStoppingObserver(new MonitoredMetric("m", larger), patience, margin);
        Assert.Equal(expected, StoppedAt(observer, values));
    }

    [Fact]
    public void Its_state_continues_from_any_epoch()
    {
        double[] values = [3, 0.1 + 0.2, 1, 1, 1];
        for (var cut = 0; cut < values.Length; cut++)
        {
            var before = new EarlyStoppingObserver(new MonitoredMetric("m"), 3);
            Assert.Equal(0, StoppedAt(before, values[..cut]));
            var state = JsonNode.Parse(before.SaveState().ToJsonString())!.AsObject();
            var after = new EarlyStoppingObserver(new MonitoredMetric("m"), 3);
            after.LoadState(state);
            Assert.Equal((before.Best, before.BestEpoch, before.Waited), (after.Best, after.BestEpoch, after.Waited));
            Assert.Equal(5, StoppedAt(after, values[cut..], cut));
        }
    }

    [Fact]
    public void A_run_resumed_where_the_patience_was_at_an_end_takes_no_step()
    {
        using var folder = new TemporaryFolder();
        using var first = new SmallRun(fit: Options());
        Assert.Equal((RunOutcome.StoppedEarly, 15L), (first.Fit(9).Outcome, first.Trainer.StepCount));
        first.Trainer.SaveCheckpoint(folder.File("stopped"));

        using var resumed = new SmallRun(fit: Options());
        resumed.Trainer.LoadCheckpoint(folder.File("stopped"));
        Assert.Equal((RunOutcome.StoppedEarly, 15L), (resumed.Fit(9).Outcome, resumed.Trainer.StepCount));

        static FitOptions Options() => new() { Observers = [new EarlyStoppingObserver(new MonitoredMetric("m", _ => 1), patience: 2)] };
    }

    [Fact]
    public void A_state_that_does_not_fit_changes_nothing()
    {
        var observer = new EarlyStoppingObserver(new MonitoredMetric("m"));
        StoppedAt(observer, [2.0]);
        foreach (var state in new[] { "{}", "{\"best\":5,\"best_epoch\":1,\"waited\":1}", "{\"best\":\"5\",\"best_epoch\":-1,\"waited\":1}", "{\"best\":\"5\",\"best_epoch\":1,\"waited\":\"x\"}" })
        {
            Assert.Throws<InvalidDataException>(() => observer.LoadState(JsonNode.Parse(state)!.AsObject()));
        }

        Assert.Equal((2.0, 1, 0), (observer.Best, observer.BestEpoch, observer.Waited));
    }

    [Fact]
    public void A_metric_that_is_not_there_is_named_beside_those_that_are()
    {
        var observer = new EarlyStoppingObserver(new MonitoredMetric("validation/total"));
        var error = Assert.Throws<InvalidOperationException>(() => StoppedAt(observer, [1.0]));
        Assert.Contains("'validation/total'", error.Message, StringComparison.Ordinal);
        Assert.Contains("m", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_of_one_s_own_may_be_missing_from_an_epoch()
    {
        var observer = new EarlyStoppingObserver(new MonitoredMetric("fid", e => e.Epoch % 2 == 0 ? 7 : null), patience: 1);
        Assert.Equal(4, StoppedAt(observer, [0, 0, 0, 0]));
    }

    [Fact]
    public void Options_out_of_range_are_argument_errors()
    {
        var metric = new MonitoredMetric("m");
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStoppingObserver(metric, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStoppingObserver(metric, 1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStoppingObserver(metric, 1, double.NaN));
    }

    /// <summary>The number of the epoch after which the run was asked to stop, or 0.</summary>
    private int StoppedAt(EarlyStoppingObserver observer, double[] values, int epoch = 0)
    {
        using var trainer = new WaeTrainer(_encoder, _decoder, new GaussianPrior(1), new NoDivergence());
        foreach (var value in values)
        {
            epoch++;
            observer.Observe(new EpochCompleted(trainer, epoch, epoch, [new("m", value)], TimeSpan.Zero));
            if (trainer.StopReason is not null)
            {
                return epoch;
            }
        }
        return 0;
    }

    private sealed class NoDivergence : ILatentDivergence
    {
        public torch.Tensor Evaluate(torch.Tensor encoded, PriorSamples prior) => encoded.sum() * 0;
    }
}
