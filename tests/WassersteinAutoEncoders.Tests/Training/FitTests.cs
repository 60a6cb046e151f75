using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training;

public class FitTests
{
    [Fact]
    public void Events_come_in_order_with_their_counts()
    {
        var seen = new List<string>();
        using var models = new TestModels();
        var fit = new FitOptions
        {
            LoggingInterval = 2,
            Validation = [models.Data],
            Observers = [new Recorder(e => seen.Add($"{e.GetType().Name} {e.Step} {e.Epoch}"))],
        };
        using var trainer = models.Trainer();
        trainer.Fit(models.Batches(25), 2, fit);

        Assert.Equal(
            [
                "RunStarted 0 0",
                "StepCompleted 1 0", "MetricsRecorded 2 0", "StepCompleted 2 0", "ValidationCompleted 2 1", "EpochCompleted 2 1",
                "StepCompleted 3 1", "MetricsRecorded 4 1", "StepCompleted 4 1", "ValidationCompleted 4 2", "EpochCompleted 4 2",
                "RunCompleted 4 2",
            ], seen);
    }

    [Fact]
    public void Metrics_are_means_over_interval_and_epoch()
    {
        var losses = new List<double>();
        var recorded = new List<double>();
        var epochs = new List<double>();
        using var models = new TestModels();
        var fit = new FitOptions
        {
            LoggingInterval = 3,
            Observers =
            [
                new Recorder(e =>
                {
                    if (e is StepCompleted step) { losses.Add(step.Result.Total); } if (e is MetricsRecorded interval) { recorded.Add(interval.Metrics.Single(m => m.Name == "loss/total").Value); } if (e is EpochCompleted epoch) { epochs.Add(epoch.Metrics.Single(m => m.Name == "loss/total").Value); } }),
            ],
        };
        using var trainer = models.Trainer();
        trainer.Fit(models.Batches(), 2, fit);

        Assert.Equal(2, epochs.Count);
        Assert.Equal(losses.Take(5).Average(), epochs[0], Tolerances.Float64);
        Assert.Equal(losses.Skip(5).Average(), epochs[1], Tolerances.Float64);
        Assert.Equal(losses.Take(3).Average(), recorded[0], Tolerances.Float64);
        Assert.Equal(losses.Skip(3).Take(3).Average(), recorded[1], Tolerances.Float64);
    }

    [Fact]
    public void Cancellation_stops_after_the_step_and_the_next_call_goes_on_there()
    {
        using var models = new TestModels();
        using var source = new CancellationTokenSource();
        var fit = new FitOptions { Observers = [new Recorder(e => { if (e is StepCompleted { Step: 7 }) { source.Cancel(); } })] };
        using var trainer = models.Trainer();
        var run = trainer.Fit(models.Batches(), 3, fit, source.Token);
        Assert.Equal((RunOutcome.Cancelled, 7L, 1, 2L), (run.Outcome, run.Steps, run.Epochs, trainer.BatchInEpoch));

        Assert.Equal((RunOutcome.Completed, 15L), (trainer.Fit(models.Batches(), 3, fit).Outcome, trainer.StepCount));
        using var others = new TestModels();
        using var uninterrupted = others.Trainer();
        uninterrupted.Fit(others.Batches(), 3);
        Assert.Equal(others.Weights(), models.Weights());
    }

    [Fact]
    public void A_token_that_was_cancelled_before_trains_nothing()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer(new WaeTrainerOptions { Pretraining = new EncoderPretraining() });
        var before = models.Weights();

        Assert.Equal(RunOutcome.Cancelled, trainer.Fit(models.Batches(), 1, cancellationToken: new CancellationToken(true)).Outcome);
        Assert.Equal(before, models.Weights());
    }

    [Fact]
    public void An_observer_can_stop_the_run()
    {
        using var models = new TestModels();
        var fit = new FitOptions { Observers = [new Recorder(e => { if (e is EpochCompleted { Epoch: 2 }) { e.Trainer.RequestStop("good enough"); } })] };
        using var trainer = models.Trainer();
        var run = trainer.Fit(models.Batches(), 10, fit);

        Assert.Equal((RunOutcome.StoppedEarly, 2, "good enough"), (run.Outcome, run.Epochs, trainer.StopReason));
    }

    [Fact]
    public void A_failing_observer_is_reported_and_the_run_goes_on_as_if_it_were_not_there()
    {
        using var models = new TestModels();
        var others = 0;
        var fit = new FitOptions { Observers = [new Recorder(_ => throw new IOException("full")), new Recorder(_ => others++)] };
        using var trainer = models.Trainer();
        trainer.Fit(models.Batches(), 2, fit);

        using var quiet = new TestModels();
        using var silent = quiet.Trainer();
        silent.Fit(quiet.Batches(), 2);
        Assert.Equal(quiet.Weights(), models.Weights());
        Assert.Equal(1 + 10 + 2 + 1, others);
    }

    [Fact]
    public void A_failing_observer_stops_the_run_by_choice_and_the_trainer_goes_on_later()
    {
        using var models = new TestModels();
        var fail = true;
        var observer = new Recorder(e => { if (fail && e is StepCompleted { Step: 3 }) { throw new IOException("full"); } });
        var fit = new FitOptions { Observers = [observer], ObserverErrors = ErrorPolicy.Stop };
        using var trainer = models.Trainer();

        var error = Assert.Throws<ObserverException>(() => trainer.Fit(models.Batches(), 2, fit));
        Assert.Same(observer, error.Observer);
        Assert.IsType<IOException>(error.InnerException);
        fail = false;
        trainer.Fit(models.Batches(), 2, fit);
        Assert.Equal(10, trainer.StepCount);
    }

    [Fact]
    public void Nothing_to_train_on_is_an_argument_error()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer();
        Assert.Throws<ArgumentException>(() => trainer.Fit(Array.Empty<Tensor>(), 1));
        Assert.Throws<ArgumentException>(() => trainer.Evaluate(Array.Empty<Tensor>()));
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(models.Batches(), 0));
        Assert.Throws<ArgumentException>(() => trainer.Fit(new Tensor[] { null! }, 1));
    }

    [Fact]
    public void An_enumerable_that_works_only_once_is_found_out()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer();
        var queue = new Queue<Tensor>(models.Batches());

        var error = Assert.Throws<ArgumentException>(() => trainer.Fit(Once(), 2));
        Assert.Contains("only once", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, trainer.Epoch);

        IEnumerable<Tensor> Once()
        {
            while (queue.TryDequeue(out var batch))
            {
                yield return batch;
            }
        }
    }

    [Fact]
    public void An_exception_of_the_data_passes_through()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer();
        Assert.Throws<FormatException>(() => trainer.Fit(Broken(), 1));
        Assert.Throws<FormatException>(() => trainer.Fit(Prefetch.Of(Broken()), 1));

        IEnumerable<Tensor> Broken()
        {
            yield return models.Data.alias();
            throw new FormatException();
        }
    }

    [Fact]
    public void Fit_within_Fit_and_loading_within_Fit_are_refused()
    {
        Exception? inner = null;
        using var models = new TestModels();
        var fit = new FitOptions { Observers = [new Recorder(e => { if (e is StepCompleted) { inner ??= Record.Exception(() => e.Trainer.LoadCheckpoint("x")); } })] };
        using var trainer = models.Trainer();
        trainer.Fit(models.Batches(), 1, fit);
        Assert.IsType<InvalidOperationException>(inner);
    }

    [Fact]
    public void Progress_is_told_how_far_the_run_is()
    {
        var told = new List<TrainingProgress>();
        using var models = new TestModels();
        var fit = new FitOptions { LoggingInterval = 5, Progress = new Immediate(told) };
        using var trainer = models.Trainer();
        trainer.Fit(models.Batches(), 2, fit);

        Assert.Equal([(5, 0, 5L), (5, 1, 0L), (10, 1, 5L), (10, 2, 0L)], told.Select(p => ((int)p.Step, p.Epoch, p.Batch)));
        Assert.All(told, p => Assert.Equal(2, p.Epochs));
        Assert.Equal([null, 5L, 5L, 5L], told.Select(p => p.Batches));
    }

    [Fact]
    public void Looking_at_the_model_does_not_change_its_training()
    {
        using var models = new TestModels();
        using var divergence = new ToyCriticDivergence();
        var fit = new FitOptions
        {
            Validation = [models.Data],
            Observers = [new Recorder(e => { using var scope = NewDisposeScope(); e.Trainer.Model.Sample(3); e.Trainer.Model.Reconstruct(models.Data); })],
        };
        using var trainer = models.Trainer(divergence: divergence, options: new WaeTrainerOptions
        {
            EmaDecay = 0.9,
        });
        trainer.Fit(models.Batches(), 2, fit);

        using var others = new TestModels();
        using var other = new ToyCriticDivergence();
        using var plain = others.Trainer(divergence: other);
        plain.Fit(others.Batches(), 2);
        Assert.Equal(others.Weights(), models.Weights());
    }

    [Fact]
    public void Evaluation_leaves_a_critic_with_a_state_alone()
    {
        using var models = new TestModels();
        using var critic = nn.Sequential(new SpectralNormalizedLinear(TestModels.Dimension, 4), nn.ReLU(), new SpectralNormalizedLinear(4, 1));
        using var trainer = models.Trainer(divergence: new AdversarialDivergence(critic));
        trainer.Step(models.Data);
        var before = critic.state_dict().ToDictionary(p => p.Key, p => p.Value.data<float>().ToArray());
        trainer.Evaluate([models.Data]);

        Assert.Equal(before, critic.state_dict().ToDictionary(p => p.Key, p => p.Value.data<float>().ToArray()));
        Assert.True(critic.training);
    }

    [Fact]
    public void Evaluation_equals_means_computed_by_hand()
    {
        using var models = new TestModels(dtype: ScalarType.Float64);
        using var trainer = models.Trainer(divergence: new TestModels.NoDivergence());
        var batches = new[] { models.Data.narrow(0, 0, 30), models.Data.narrow(0, 30, 20) };
        var evaluation = trainer.Evaluate(batches);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var codes = models.Encoder.call(models.Data);
        var error = models.Decoder.call(codes) - models.Data;
        Assert.Equal(0.05 * (error * error).sum().ToDouble() / 50, evaluation.Reconstruction, Tolerances.Float64);
        Assert.Equal(codes.mean([0]).data<double>().ToArray(), evaluation.LatentMean, (a, b) => Math.Abs(a - b) < Tolerances.Float64);
        Assert.Equal(codes.std(0, unbiased: false).data<double>().ToArray(), evaluation.LatentStandardDeviation, (a, b) => Math.Abs(a - b) < Tolerances.Float64);
        Assert.Equal(evaluation.Reconstruction, evaluation.Total);
        Assert.Equal(evaluation.Penalty, trainer.Evaluate(batches).Penalty);
    }

    private sealed class Recorder(Action<TrainingEvent> observe) : ITrainingObserver
    {
        public void Observe(TrainingEvent trainingEvent) => observe(trainingEvent);
    }

    private sealed class Immediate(List<TrainingProgress> told) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => told.Add(value);
    }
}
