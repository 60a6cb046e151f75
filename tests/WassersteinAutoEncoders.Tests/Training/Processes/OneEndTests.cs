using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Observers;
using WassersteinAutoEncoders.Training.Schedules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static WassersteinAutoEncoders.Tests.Training.Processes.ProcessRuns;

namespace WassersteinAutoEncoders.Tests.Training.Processes;

/// <summary>What happens in one process is known to all: none is left waiting, and all end at the same step.</summary>
public class OneEndTests
{
    [Fact]
    public void Processes_with_fewer_batches_wait_for_the_others()
    {
        var results = TurnGroup.Run(2, group =>
        {
            using var models = new TestModels(dtype: ScalarType.Float64);
            using var trainer = models.Trainer(new WaeTrainerOptions { Processes = group });
            return trainer.Fit(models.Batches().Take(3 - group.Rank).ToList(), 2).Steps;
        });

        Assert.All(results, r => Assert.Equal(6, r.Result));
    }

    [Theory]
    [InlineData("encoder")]
    [InlineData("data")]
    [InlineData("divergence")]
    [InlineData("observer")]
    [InlineData("last event")]
    public void What_one_process_throws_ends_all(string where)
    {
        var results = TurnGroup.Run(3, group =>
        {
            var guilty = group.Rank == 1;
            using var models = new TestModels(dtype: ScalarType.Float64);
            using var encoder = new Failing(models.Encoder, guilty && where == "encoder");
            ILatentDivergence divergence = new Refusing(guilty && where == "divergence");
            using var trainer = new WaeTrainer(encoder, models.Decoder, new TestModels.NormalPrior(), divergence, new WaeTrainerOptions { Processes = group });
            var batches = models.Batches().Select((b, i) => guilty && where == "data" && i == 2 ? throw new IOException("the disk is gone") : b);
            ITrainingObserver[] observers = guilty && where is "observer" or "last event" && group.Rank == 1 ? [new Objecting(where == "last event")] : [];
            return trainer.Fit(batches, 2, new FitOptions { Observers = observers, ObserverErrors = ErrorPolicy.Stop });
        });

        Assert.DoesNotContain("Process 1", results[1].Error!.Message, StringComparison.Ordinal);
        Assert.All([results[0], results[2]], r => Assert.StartsWith("Process 1 of 3", Assert.IsType<InvalidOperationException>(r.Error).Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, RunOutcome.Cancelled)]
    [InlineData(false, RunOutcome.StoppedEarly)]
    public void A_stop_in_one_process_stops_all_after_the_same_step(bool cancel, RunOutcome outcome)
    {
        var results = TurnGroup.Run(3, group =>
        {
            using var source = new CancellationTokenSource();
            using var models = new TestModels(dtype: ScalarType.Float64);
            using var trainer = models.Trainer(new WaeTrainerOptions { Processes = group });
            ITrainingObserver[] observers = group.Rank == 2 ? [new Stopping(7, e => { if (cancel) { source.Cancel(); } else { e.Trainer.RequestStop("enough"); } })] : [];
            return trainer.Fit(models.Batches(), 10, new FitOptions { Observers = observers }, source.Token);
        });

        Assert.All(results, r => Assert.Equal((7, outcome), (r.Result!.Steps, r.Result.Outcome)));
    }

    [Fact]
    public void A_batch_that_is_not_finite_in_one_process_is_skipped_by_all()
    {
        var results = Together(2, group =>
        {
            using var models = new TestModels(dtype: ScalarType.Float64);
            using var trainer = models.Trainer(new WaeTrainerOptions { Processes = group, NonFinite = NonFinitePolicy.Skip(1) });
            trainer.Fit(models.Batches().Select((b, i) => group.Rank == 1 && i == 1 ? b * double.NaN : b), 1);
            return (trainer.SkippedSteps, trainer.StepCount, string.Join(' ', Numbers(models)));
        });

        Assert.Equal((1, 4), (results[0].SkippedSteps, results[0].StepCount));
        Assert.Equal(results[0], results[1]);
    }

    [Fact]
    public void A_loss_that_is_not_finite_ends_all()
    {
        var results = TurnGroup.Run(2, group =>
        {
            using var models = new TestModels(dtype: ScalarType.Float64);
            using var trainer = models.Trainer(new WaeTrainerOptions { Processes = group });
            return trainer.Fit(models.Batches().Select((b, i) => group.Rank == 1 && i == 1 ? b * double.NaN : b), 1);
        });

        Assert.All(results, r => Assert.IsType<NonFiniteException>(r.Error));
    }

    [Fact]
    public void A_checkpoint_that_only_one_process_saves_is_an_error_in_all()
    {
        using var folder = new TemporaryFolder();
        var results = TurnGroup.Run(2, group =>
        {
            using var models = new TestModels(dtype: ScalarType.Float64);
            using var trainer = models.Trainer(new WaeTrainerOptions { Processes = group });
            ITrainingObserver[] observers = group.Rank == 0 ? [new CheckpointObserver(folder.Path)] : [];
            return trainer.Fit(models.Batches(), 2, new FitOptions { Observers = observers, ObserverErrors = ErrorPolicy.Stop });
        });

        Assert.Contains("checkpoint observers to all", results[0].Error!.Message, StringComparison.Ordinal);
        Assert.Contains("checkpoint observers to all", results[1].Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Processes_at_different_steps_are_an_error_in_all()
    {
        var results = TurnGroup.Run(2, group =>
        {
            using var models = new TestModels(dtype: ScalarType.Float64);
            using var trainer = models.Trainer(new WaeTrainerOptions { Processes = group, Lambda = new ConstantSchedule(1 + group.Rank) });
            return trainer.Fit(models.Batches(), 1);
        });

        Assert.All(results, r => Assert.Contains("the same λ", Assert.IsType<InvalidOperationException>(r.Error).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_is_known_to_all()
    {
        using var folder = new TemporaryFolder();
        var results = TurnGroup.Run(2, group =>
        {
            using var models = new TestModels(dtype: ScalarType.Float64);
            using var trainer = models.Trainer(new WaeTrainerOptions { Processes = group });
            trainer.SaveCheckpoint(folder.Path);
            return 0;
        });

        Assert.All(results, r => Assert.IsAssignableFrom<IOException>(r.Error));
    }

    private sealed class Stopping(long step, Action<TrainingEvent> stop) : ITrainingObserver
    {
        public void Observe(TrainingEvent trainingEvent)
        {
            if (trainingEvent is StepCompleted e && e.Step == step)
            {
                stop(e);
            }
        }
    }

    private sealed class Objecting(bool atTheEnd) : ITrainingObserver
    {
        public void Observe(TrainingEvent trainingEvent)
        {
            if (atTheEnd ? trainingEvent is RunCompleted : trainingEvent is StepCompleted { Step: 3 })
            {
                throw new InvalidOperationException("an observer's own error");
            }
        }
    }

    private sealed class Refusing(bool refuses) : ILatentDivergence
    {
        private int _calls;

        public Tensor Evaluate(Tensor encoded, PriorSamples prior)
            => refuses && ++_calls > 2 ? throw new ArgumentException("refused") : new TestModels.MomentDivergence().Evaluate(encoded, prior);
    }

    private sealed class Failing : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _inner;
        private readonly bool _fails;
        private int _calls;

        public Failing(Module<Tensor, Tensor> inner, bool fails)
            : base("failing")
        {
            (_inner, _fails) = (inner, fails);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _fails && ++_calls > 2 ? throw new ArgumentException("the encoder fails") : _inner.call(input);
    }
}
