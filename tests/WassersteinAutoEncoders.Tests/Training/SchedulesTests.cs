using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Schedules;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training;

public class SchedulesTests
{
    public static TheoryData<Schedule, long, int, double> Values => new()
    {
        { new ConstantSchedule(0.5), 7, 3, 0.5 },
        { Schedule.StepDecay(8, 0.5, 30), 1000, 29, 8 },
        { Schedule.StepDecay(8, 0.5, 30), 1000, 30, 4 },
        { Schedule.StepDecay(8, 0.5, 30), 1000, 95, 1 },
        { Schedule.StepDecay(8, 0.5, 100, ScheduleUnit.Steps), 250, 0, 2 },
        { Schedule.Milestones(1, (2, 0.5), (4, 0.1)), 0, 1, 1 },
        { Schedule.Milestones(1, (2, 0.5), (4, 0.1)), 0, 3, 0.5 },
        { Schedule.Milestones(1, (2, 0.5), (4, 0.1)), 0, 4, 0.05 },
        { Schedule.Exponential(2, 0.9), 0, 3, 2 * 0.9 * 0.9 * 0.9 },
        { Schedule.OfficialMnist(), 0, 29, 1e-3 },
        { Schedule.OfficialMnist(), 0, 30, 5e-4 },
        { Schedule.OfficialMnist(), 0, 50, 1e-4 },
        { Schedule.OfficialMnist(), 0, 100, 1e-5 },
        { Schedule.OfficialCelebA(1, 50), 0, 49, 1e-2 },
        { Schedule.OfficialCelebA(1, 50), 0, 24, 1e-1 },
        { Schedule.OfficialCelebA(1, 50), 0, 80, 1e-2 },
        { Schedule.Cosine(4, 100), 0, 0, 4 },
        { Schedule.Cosine(4, 100), 50, 0, 2 },
        { Schedule.Cosine(4, 100, floor: 1), 100, 0, 1 },
        { Schedule.Cosine(4, 100, floor: 1), 500, 0, 1 },
        { Schedule.Cosine(4, 100, warmup: 3), 0, 0, 1 },
        { Schedule.Cosine(4, 100, warmup: 3), 3, 0, 4 },
        { Schedule.Cosine(4, 10, unit: ScheduleUnit.Epochs), 3, 5, 2 },
        { Schedule.Ramp(1, 3, 10, 5), 5, 0, 1 },
        { Schedule.Ramp(1, 3, 10, 5), 10, 0, 2 },
        { Schedule.Ramp(1, 3, 10, 5), 99, 0, 3 },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_schedule_follows_its_formula(Schedule schedule, long step, int epoch, double expected)
        => Assert.Equal(expected, schedule.Value(step, epoch), Tolerances.Float64);

    [Fact]
    public void The_smooth_decay_equals_the_official_loop()
    {
        var schedule = Schedule.OfficialCelebA(3e-4, 50);
        var decay = 1.0;
        for (var epoch = 0; epoch < 50; epoch++)
        {
            decay /= Math.Exp(Math.Log(100) / 50);
            Assert.Equal(3e-4 * decay, schedule.Value(0, epoch), Tolerances.Float64);
        }
    }

    [Fact]
    public void The_plateau_waits_for_its_patience()
    {
        var schedule = Schedule.Plateau(1, factor: 0.5, patience: 1, threshold: 0, minimum: 0.2, warmup: 1);
        double[] losses = [0.1, 3, 2, 2, 2, 1.9, 2, 2, 2, 2, 2, 2];
        double[] expected = [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2, 0.2];
        for (var epoch = 1; epoch <= losses.Length; epoch++)
        {
            schedule.EpochCompleted(epoch, [new Metric("loss/total", losses[epoch - 1])]);
            Assert.Equal(expected[epoch - 1], schedule.Value(0, epoch));
        }

        Assert.Throws<InvalidOperationException>(() => schedule.EpochCompleted(1, [new Metric("other", 1)]));
    }

    [Fact]
    public void The_adaptive_rule_equals_the_official_loop()
    {
        var rule = Schedule.OfficialAdaptive(10);
        double lambda = 10;
        var wait = 0;
        for (var step = 1; step <= 3500; step++)
        {
            var (reconstruction, penalty) = (5 + Math.Sin(step), -0.3 + Math.Cos(step));
            using var result = new Terms(reconstruction, penalty);
            rule.StepTaken(step, result.Value);
            if (wait >= 999)
            {
                lambda = 0.5 * lambda + 0.5 * reconstruction / Math.Abs(penalty);
                wait = 0;
            }
            else
            {
                wait++;
            }

            Assert.Equal(lambda, rule.Value(step, 0), Tolerances.Float64);
        }
    }

    [Fact]
    public void The_controller_reaches_its_ratio()
    {
        var controller = Schedule.Ratio(1, target: 0.2, gain: 0.3, interval: 1);
        for (var step = 1; step <= 200; step++)
        {
            using var result = new Terms(40, -0.02);
            controller.StepTaken(step, result.Value);
        }

        Assert.Equal(0.2, controller.Value(200, 0) * 0.02 / 40, Tolerances.Float64);
    }

    public static TheoryData<string> Stateful => ["plateau", "adaptive", "ratio"];

    [Theory]
    [MemberData(nameof(Stateful))]
    public void A_state_saved_in_the_middle_goes_on_to_the_bit(string name)
    {
        var whole = Make(name);
        var first = Make(name);
        var second = Make(name);
        for (var t = 1; t <= 40; t++)
        {
            Feed(whole, t);
            if (t <= 17)
            {
                Feed(first, t);
            }

            if (t == 17)
            {
                ((IResumable)second).LoadState((System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(((IResumable)first).SaveState().ToJsonString())!);
            }

            if (t > 17)
            {
                Feed(second, t);
            }
        }

        Assert.NotEqual(Make(name).Value(40, 40), whole.Value(40, 40));
        Assert.Equal(whole.Value(40, 40), second.Value(40, 40));
    }

    [Theory]
    [MemberData(nameof(Stateful))]
    public void A_state_that_does_not_fit_changes_nothing(string name)
    {
        var schedule = Make(name);
        for (var t = 1; t <= 20; t++)
        {
            Feed(schedule, t);
        }

        var before = ((IResumable)schedule).SaveState().ToJsonString();
        foreach (var key in ((IResumable)schedule).SaveState().Select(p => p.Key).ToList())
        {
            var broken = ((IResumable)schedule).SaveState();
            broken[key] = "nonsense";
            Assert.Throws<InvalidDataException>(() => ((IResumable)schedule).LoadState(broken));
            broken.Remove(key);
            Assert.Throws<InvalidDataException>(() => ((IResumable)schedule).LoadState(broken));
        }

        Assert.Equal(before, ((IResumable)schedule).SaveState().ToJsonString());
    }

    [Fact]
    public void Values_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.StepDecay(1, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Milestones(1, (2, 1), (2, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Exponential(1, 1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.SmoothDecay(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Cosine(1, 10, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Ramp(-1, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Plateau(1, factor: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.OfficialAdaptive(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Ratio(1, gain: 2));
    }

    [Fact]
    public void The_trainer_takes_learning_rate_and_lambda_from_the_schedules()
    {
        var told = new List<Metric>();
        using var models = new TestModels();
        var fit = new FitOptions
        {
            LoggingInterval = 1,
            Observers = [new Listener(told)],
        };
        using var trainer = models.Trainer(new WaeTrainerOptions
        {
            Lambda = Schedule.Ramp(0, 8, 4),
            LearningRate = Schedule.StepDecay(0, 1, 1),
        });
        var before = models.Weights();
        trainer.Fit(models.Batches(10), 1, fit);

        Assert.Equal(before, models.Weights());
        Assert.Equal([2, 4, 6, 8, 8], told.Where(m => m.Name == "lambda").Select(m => m.Value));
        Assert.Equal([0, 0, 0, 0, 0], told.Where(m => m.Name == "learning_rate").Select(m => m.Value));
    }

    [Fact]
    public void A_number_is_a_schedule_that_stays_and_a_function_one_of_ones_own()
    {
        Schedule number = 3;
        var own = Schedule.Of((step, epoch) => 100 * epoch + step);

        Assert.Equal(3, number.Value(1000, 7));
        Assert.Equal(702, own.Value(2, 7));
        Assert.Throws<ArgumentOutOfRangeException>(() => number = -1);
        Assert.Throws<ArgumentNullException>("value", () => Schedule.Of(null!));
    }

    [Fact]
    public void Every_kind_has_its_factory()
    {
        var made = typeof(Schedule).GetMethods(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static).Count(m => m.ReturnType == typeof(Schedule) && !m.IsSpecialName);
        var kinds = typeof(Schedule).Assembly.GetTypes().Count(t => t.IsSubclassOf(typeof(Schedule)));

        // Milestones has two forms, the two official ones are made of others.
        Assert.Equal(kinds + 3, made);
    }

    private static Schedule Make(string name) => name switch
    {
        "plateau" => Schedule.Plateau(1, patience: 1),
        "adaptive" => Schedule.OfficialAdaptive(10, 3),
        _ => Schedule.Ratio(10, interval: 3),
    };

    private static void Feed(Schedule schedule, int t)
    {
        schedule.EpochCompleted(t, [new Metric("loss/total", 1 + Math.Sin(t))]);
        using var result = new Terms(5 + Math.Sin(t), 0.3 + 0.1 * Math.Cos(t));
        schedule.StepTaken(t, result.Value);
    }

    private sealed class Terms(double reconstruction, double penalty) : IDisposable
    {
        public WaeStepResult Value { get; } = new(tensor(reconstruction + penalty), tensor(reconstruction), tensor(penalty), 1, []);

        public void Dispose()
        {
            Value.TotalTensor.Dispose();
            Value.ReconstructionTensor.Dispose();
            Value.PenaltyTensor.Dispose();
        }
    }

    private sealed class Listener(List<Metric> told) : ITrainingObserver
    {
        public void Observe(TrainingEvent trainingEvent)
        {
            if (trainingEvent is MetricsRecorded recorded)
            {
                told.AddRange(recorded.Metrics);
            }
        }
    }
}
