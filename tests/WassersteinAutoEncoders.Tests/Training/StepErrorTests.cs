using TorchSharp;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Schedules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>What cannot be trained on or with: a managed error that says so, and nothing changed.</summary>
public class StepErrorTests
{
    public static TheoryData<string> UnfitBatches => ["rank", "empty", "dtype", "features", "disposed"];

    [Theory]
    [MemberData(nameof(UnfitBatches))]
    public void An_unfit_batch_is_an_argument_error(string what)
    {
        using var models = new TestModels();
        using var trainer = models.Trainer();
        using var scope = NewDisposeScope();
        var batch = what switch
        {
            "rank" => zeros(TestModels.Width),
            "empty" => zeros(0, TestModels.Width),
            "dtype" => zeros(4, TestModels.Width, dtype: ScalarType.Float64),
            "features" => zeros(4, TestModels.Width + 1),
            _ => zeros(4, TestModels.Width),
        };
        if (what == "disposed")
        {
            batch.Dispose();
        }

        var before = models.Weights();

        Assert.Throws<ArgumentException>(() => trainer.Step(batch));
        Assert.Equal(before, models.Weights());
        Assert.Equal(0, trainer.StepCount);
        trainer.Step(models.Data);
    }

    [Fact]
    public void Codes_of_another_dimension_than_the_prior_are_an_argument_error()
    {
        using var models = new TestModels();
        using var wide = Linear(TestModels.Width, TestModels.Dimension + 1);
        using var trainer = new WaeTrainer(wide, models.Decoder, new TestModels.NormalPrior(), new TestModels.MomentDivergence());

        var error = Assert.Throws<ArgumentException>(() => trainer.Step(models.Data));
        Assert.Contains("[50, 3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Modules_without_parameters_are_an_argument_error()
    {
        using var models = new TestModels();
        using var nothing = ReLU();
        Assert.Throws<ArgumentException>(() => new WaeTrainer(nothing, models.Decoder, new TestModels.NormalPrior(), new TestModels.MomentDivergence()));
        Assert.Throws<ArgumentException>(() => new WaeTrainer(models.Encoder, nothing, new TestModels.NormalPrior(), new TestModels.MomentDivergence()));
    }

    [Fact]
    public void Modules_made_inside_a_scope_that_ended_are_an_argument_error()
    {
        using var models = new TestModels();
        Module<Tensor, Tensor> lost;
        using (NewDisposeScope())
        {
            lost = new Registered();
        }

        Assert.Throws<ArgumentException>(() => new WaeTrainer(lost, models.Decoder, new TestModels.NormalPrior(), new TestModels.MomentDivergence()));
    }

    [Fact]
    public void Frozen_modules_and_mixed_element_types_are_argument_errors()
    {
        using var models = new TestModels();
        using var wide = new TestModels(dtype: ScalarType.Float64);
        Assert.Throws<ArgumentException>(() => new WaeTrainer(models.Encoder, wide.Decoder, new TestModels.NormalPrior(), new TestModels.MomentDivergence()));
        foreach (var parameter in models.Encoder.parameters().Concat(models.Decoder.parameters()))
        {
            parameter.requires_grad = false;
        }

        Assert.Throws<ArgumentException>(() => models.Trainer());
    }

    [Fact]
    public void Frozen_parameters_stay_as_they_are()
    {
        using var models = new TestModels();
        var frozen = models.Encoder.parameters().First();
        frozen.requires_grad = false;
        var before = frozen.data<float>().ToArray();
        using var trainer = models.Trainer();
        trainer.Step(models.Data);

        Assert.Equal(before, frozen.data<float>().ToArray());
    }

    public static TheoryData<string, WaeTrainerOptions> UnfitOptions => new()
    {
        { "AccumulationSteps", new() { AccumulationSteps = 0 } },
        { "MaximumGradientNorm", new() { MaximumGradientNorm = 0 } },
        { "Critic.MaximumGradientNorm", new() { Critic = new CriticOptions { MaximumGradientNorm = double.NaN } } },
        { "EmaDecay", new() { EmaDecay = 1 } },
        { "BatchSize", new() { Pretraining = new EncoderPretraining { BatchSize = 1 } } },
        { "Lambda", new() { Lambda = null! } },
        { "Cost", new() { Cost = null! } },
    };

    [Theory]
    [MemberData(nameof(UnfitOptions))]
    public void An_option_out_of_range_is_named(string name, WaeTrainerOptions options)
    {
        using var models = new TestModels();
        var error = Assert.ThrowsAny<ArgumentException>(() => models.Trainer(options));

        Assert.Equal(name, error.ParamName);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_negative_or_infinite_lambda_is_refused(double lambda)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConstantSchedule(lambda));
        using var models = new TestModels();
        using var trainer = models.Trainer(new WaeTrainerOptions { Lambda = new Fixed(lambda) });
        Assert.Throws<InvalidOperationException>(() => trainer.Step(models.Data));
    }

    [Fact]
    public void Parameters_that_were_replaced_are_noticed()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer();
        models.Encoder.to(ScalarType.Float64);
        models.Encoder.to(ScalarType.Float32);

        Assert.Throws<InvalidOperationException>(() => trainer.Step(models.Data));
    }

    [Fact]
    public void A_disposed_trainer_says_so_and_leaves_the_modules_alive()
    {
        using var models = new TestModels();
        var trainer = models.Trainer();
        trainer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => trainer.Step(models.Data));
        Assert.NotEmpty(models.Weights());
    }

    private sealed class Fixed(double value) : Schedule
    {
        public override double Value(long step, int epoch) => value;
    }

    private sealed class Registered : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Parameter _weight = Parameter(zeros(TestModels.Width, TestModels.Dimension));

        public Registered() : base(nameof(Registered)) => RegisterComponents();

        public override Tensor forward(Tensor input) => input.mm(_weight);
    }
}
