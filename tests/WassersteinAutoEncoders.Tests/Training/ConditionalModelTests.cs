using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Schedules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>Models whose modules see labels, and divergences that look at them.</summary>
public class ConditionalModelTests
{
    [Fact]
    public void A_sample_for_a_label_is_of_that_class()
    {
        // Classes lie apart by more than ten of their deviations, and their codes, each class by itself, follow the prior: where a sample
        // lies is the label's doing, how it varies around the center that of the code.
        using var run = new LabeledRun(new PerClassDivergence(new MmdDivergence(new ImqKernel(4))));
        run.Fit(200);

        using var scope = NewDisposeScope();
        var labels = run.Labels.narrow(0, 0, 300);
        var distances = (run.Trainer.Model.SampleFor(labels) - run.Centers.index_select(0, labels)).square().sum(1).sqrt();
        Assert.InRange(distances.mean().ToDouble(), 0, 0.5);
        var codes = run.Trainer.Model.Encode(run.Data, run.Labels);
        foreach (var label in new long[] { 0, 1, 2 })
        {
            var own = codes.index_select(0, run.Labels.eq(label).nonzero().reshape(-1));
            Assert.InRange(own.mean([0L]).abs().max().ToDouble(), 0, 0.3);
            Assert.InRange(own.std(0).min().ToDouble(), 0.6, 1.4);
        }
    }

    [Fact]
    public void Labels_are_needed_where_modules_take_them_and_nowhere_else()
    {
        using var run = new LabeledRun(new MmdDivergence(new ImqKernel(4)));
        var model = run.Trainer.Model;
        Assert.True(model.IsConditional);
        Assert.Contains("label", Assert.Throws<ArgumentException>(() => run.Trainer.Step(run.Data)).Message, StringComparison.Ordinal);
        Assert.Contains("SampleFor", Assert.Throws<InvalidOperationException>(() => model.Sample(3)).Message, StringComparison.Ordinal);
        Assert.Contains("label", Assert.Throws<ArgumentException>(() => model.Reconstruct(run.Data)).Message, StringComparison.Ordinal);
        Assert.Contains("[600]", Assert.Throws<ArgumentException>(() => model.Encode(run.Data, zeros(3, dtype: int64))).Message, StringComparison.Ordinal);
        run.Trainer.Step(run.Data, run.Labels);
        run.Trainer.Evaluate([(run.Data, run.Labels)]);

        using var models = new TestModels();
        using var trainer = models.Trainer();
        using var labels = zeros(50, dtype: int64);
        trainer.Fit([(models.Data, labels)], 1);
        Assert.False(trainer.Model.IsConditional);
    }

    [Fact]
    public void A_class_by_itself_is_compared_with_the_prior()
    {
        // A naive loop over the classes, with the samples taken in the order of the classes.
        using var scope = NewDisposeScope();
        var kernel = new RbfKernel(1);
        var (codes, samples) = (Points.Normal(9, 2, 1), Points.Normal(9, 2, 2));
        long[] labels = [2, 0, 2, 1, 0, 2, 0, 2, 1];
        var whole = new MmdDivergence(kernel, MmdEstimator.Biased);
        double sum = 0;
        var start = 0;
        foreach (var label in new long[] { 0, 1, 2 })
        {
            var rows = Enumerable.Range(0, 9).Where(i => labels[i] == label).Select(i => (long)i).ToArray();
            sum += rows.Length * whole.Evaluate(codes.index_select(0, tensor(rows)), samples.narrow(0, start, rows.Length)).ToDouble() / 9;
            start += rows.Length;
        }

        var found = new PerClassDivergence(whole).Evaluate(codes, new PriorSamples(samples) { Labels = tensor(labels) });
        Assert.Equal(sum, found.ToDouble(), Tolerances.Float64);
    }

    [Fact]
    public void Classes_with_too_few_codes_are_left_out()
    {
        using var scope = NewDisposeScope();
        var (codes, samples) = (Points.Normal(4, 2, 1).requires_grad_(true), Points.Normal(4, 2, 2));
        var divergence = new PerClassDivergence(new MmdDivergence(new RbfKernel(1)));
        var alone = new MmdDivergence(new RbfKernel(1)).Evaluate(codes.narrow(0, 1, 3), samples.narrow(0, 0, 3)).ToDouble();
        Assert.Equal(alone, divergence.Evaluate(codes, new PriorSamples(samples) { Labels = tensor(new long[] { 0, 1, 1, 1 }) }).ToDouble(), Tolerances.Float64);
        var none = divergence.Evaluate(codes, new PriorSamples(samples) { Labels = tensor(new long[] { 0, 1, 2, 3 }) });
        none.backward();
        Assert.Equal(0, none.ToDouble());
        Assert.Equal(0, codes.grad!.abs().max().ToDouble());
    }

    [Fact]
    public void A_resumed_conditional_run_ends_with_the_same_weights()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("state.safetensors");
        using var whole = new LabeledRun(new PerClassDivergence(new MmdDivergence(new ImqKernel(4))));
        whole.Fit(3);
        using var first = new LabeledRun(new PerClassDivergence(new MmdDivergence(new ImqKernel(4))));
        first.Fit(1);
        first.Trainer.SaveCheckpoint(path);
        using var second = new LabeledRun(new PerClassDivergence(new MmdDivergence(new ImqKernel(4))), seed: 7);
        second.Trainer.LoadCheckpoint(path);
        second.Fit(3);
        Assert.Equal(whole.Weights(), second.Weights());
    }

    [Fact]
    public void A_test_of_learning_rates_takes_labels_and_leaves_no_trace()
    {
        using var tested = new LabeledRun(new PerClassDivergence(new MmdDivergence(new ImqKernel(4))));
        using var plain = new LabeledRun(new PerClassDivergence(new MmdDivergence(new ImqKernel(4))));
        var curve = tested.Trainer.TestLearningRates([(tested.Data, tested.Labels)], 1e-5, 10, 60);
        Assert.InRange(curve.Suggestion, 1e-4, 3);
        Assert.InRange(curve.Points.Count, 20, 60);
        Assert.Contains("label", Assert.Throws<ArgumentException>(() => tested.Trainer.TestLearningRates([tested.Data])).Message, StringComparison.Ordinal);
        tested.Fit(2);
        plain.Fit(2);
        Assert.Equal(plain.Weights(), tested.Weights());
    }

    /// <summary>Three classes, each a cloud around a point of the plane, and networks that see the class as a one-hot row.</summary>
    private sealed class LabeledRun : IDisposable
    {
        private const long Count = 600;

        public LabeledRun(ILatentDivergence divergence, ulong seed = 1)
        {
            using var generator = new Generator(seed);
            Centers = tensor(new float[,] { { 2, 0 }, { -2, 2 }, { 0, -2 } });
            Labels = arange(Count, dtype: ScalarType.Int64) % 3;
            using var noise = new Generator(11);
            Data = Centers.index_select(0, Labels) + 0.2 * randn([Count, 2], generator: noise);
            Encoder = new WithLabel("encoder", 2, 2);
            Decoder = new WithLabel("decoder", 2, 2);
            TestModels.Initialise(Encoder, generator);
            TestModels.Initialise(Decoder, generator);
            Trainer = new WaeTrainer(new WaeModel(Encoder, Decoder, new GaussianPrior(2)), divergence, new WaeTrainerOptions { LearningRate = new ConstantSchedule(0.005), Lambda = new ConstantSchedule(50) });
        }

        public Tensor Centers { get; }

        public Tensor Labels { get; }

        public Tensor Data { get; }

        public WaeTrainer Trainer { get; }

        private WithLabel Encoder { get; }

        private WithLabel Decoder { get; }

        public void Fit(int epochs) => Trainer.Fit(new TensorBatcher(Data, 100, seed: 2).WithLabels(Labels), epochs);

        public float[] Weights() => [.. Encoder.parameters().Concat(Decoder.parameters()).SelectMany(p => p.data<float>().ToArray())];

        public void Dispose()
        {
            Trainer.Dispose();
            Encoder.Dispose();
            Decoder.Dispose();
            Centers.Dispose();
            Labels.Dispose();
            Data.Dispose();
        }
    }

    private sealed class WithLabel : Module<Tensor, Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _layers;

        public WithLabel(string name, long inputs, long outputs)
            : base(name)
        {
            _layers = Sequential(Linear(inputs + 3, 32), ReLU(), Linear(32, outputs));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input, Tensor labels)
        {
            using var scope = NewDisposeScope();
            return _layers.call(cat([input, functional.one_hot(labels, 3).to(input.dtype)], 1)).MoveToOuterDisposeScope();
        }
    }
}
