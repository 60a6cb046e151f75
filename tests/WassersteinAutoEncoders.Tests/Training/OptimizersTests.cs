using TorchSharp;
using WassersteinAutoEncoders.Training.Optimizers;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>The library's optimizers against TorchSharp's, step by step.</summary>
public class OptimizersTests
{
    private const double Rate = 3e-3;

    public static TheoryData<string, ScalarType> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, ScalarType>();
            foreach (var name in (string[])["adam", "adam decay", "adamw"])
            {
                foreach (var dtype in (ScalarType[])[ScalarType.Float32, ScalarType.Float64])
                {
                    pairs.Add(name, dtype);
                }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Updates_equal_TorchSharp_s_to_the_last_digits(string name, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        // One longer than a block of the vectorised pass, one that ends within a vector, one scalar.
        var initial = new[] { randn([37, 41], dtype: dtype, generator: generator), randn([13], dtype: dtype, generator: generator), randn([1], dtype: dtype, generator: generator) };
        var ours = initial.Select((t, i) => (Name: $"{i}", Value: nn.Parameter(t.clone()))).ToList();
        var theirs = initial.Select(t => nn.Parameter(t.clone())).ToList();
        using var optimizer = Factory(name).Create(ours);
        using var reference = Reference(name, theirs);
        optimizer.LearningRate = Rate;
        for (var step = 0; step < 50; step++)
        {
            for (var i = 0; i < initial.Length; i++)
            {
                var gradient = randn(initial[i].shape, dtype: dtype, generator: generator) * Math.Pow(10, i - 1);
                ours[i].Value.grad = gradient;
                theirs[i].grad = gradient.clone();
            }

            optimizer.Step();
            reference.step();
        }

        var unit = dtype == ScalarType.Float32 ? Tolerances.SingleRounding : Tolerances.DoubleRounding;
        for (var i = 0; i < initial.Length; i++)
        {
            var difference = (ours[i].Value - theirs[i]).abs().max().to(ScalarType.Float64).ToDouble();
            Assert.True(difference <= 50 * unit, $"{name}, tensor {i}: {difference:G3}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_composed_form_equals_the_vectorised_one(bool decoupled)
    {
        IOptimizerFactory factory = decoupled ? OptimizerFactory.AdamW() : OptimizerFactory.Adam(weightDecay: 0.1);
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var initial = randn([6, 8], generator: generator);
        // A transposed parameter is not contiguous, which sends it to the composition of tensor operations.
        var open = (Name: "a", Value: nn.Parameter(initial.clone()));
        var closed = (Name: "a", Value: nn.Parameter(initial.t().contiguous().t()));
        using var first = factory.Create([open]);
        using var second = factory.Create([closed]);
        for (var step = 0; step < 20; step++)
        {
            var gradient = randn([6, 8], generator: generator);
            open.Value.grad = gradient;
            closed.Value.grad = gradient.clone();
            first.Step();
            second.Step();
        }

        Assert.False(closed.Value.is_contiguous());
        Assert.True((open.Value - closed.Value).abs().max().ToDouble() <= 20 * Tolerances.SingleRounding);
    }

    [Fact]
    public void Parameters_without_a_gradient_are_left_alone()
    {
        using var scope = NewDisposeScope();
        var parameter = (Name: "a", Value: nn.Parameter(ones(3)));
        foreach (var factory in (IOptimizerFactory[])[OptimizerFactory.Adam(), OptimizerFactory.AdamW(), OptimizerFactory.Of(p => optim.SGD(p, 1, momentum: 0.9))])
        {
            using var optimizer = factory.Create([parameter]);
            optimizer.Step();
        }

        Assert.Equal([1f, 1f, 1f], parameter.Value.data<float>().ToArray());
    }

    /// <summary>Where no gradient comes any more, β₁ᵗ and β₂ᵗ bring the means below the normal numbers, arithmetic on which is slow.</summary>
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Means_decay_to_zero_and_not_into_the_subnormal_numbers(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        // Whole vectors and a rest.
        var parameter = (Name: "a", Value: nn.Parameter(ones(67, dtype: dtype)));
        using var optimizer = OptimizerFactory.Adam(beta1: 0.5, beta2: 0.5).Create([parameter]);
        var smallest = dtype == ScalarType.Float32 ? Math.Pow(2, -126) : Math.Pow(2, -1022);
        for (var step = 0; step < 1100; step++)
        {
            parameter.Value.grad = step == 0 ? ones(67, dtype: dtype) : zeros(67, dtype: dtype);
            optimizer.Step();
            Assert.All((string[])["a/exp_avg", "a/exp_avg_sq"], name => Assert.True(Largest(name) is var size && (size == 0 || size >= smallest), $"{name}: {size:R} at step {step}"));
        }

        Assert.Equal((0, 0), (Largest("a/exp_avg"), Largest("a/exp_avg_sq")));

        double Largest(string name) => optimizer.State[name].abs().max().ToDouble();
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => OptimizerFactory.Adam(beta1: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => OptimizerFactory.Adam(epsilon: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => OptimizerFactory.AdamW(weightDecay: -1));
    }

    private static IOptimizerFactory Factory(string name) => name switch
    {
        "adam" => OptimizerFactory.Adam(beta1: 0.5),
        "adam decay" => OptimizerFactory.Adam(weightDecay: 0.1),
        _ => OptimizerFactory.AdamW(),
    };

    private static optim.Optimizer Reference(string name, IEnumerable<TorchSharp.Modules.Parameter> parameters) => name switch
    {
        "adam" => optim.Adam(parameters, Rate, beta1: 0.5),
        "adam decay" => optim.Adam(parameters, Rate, weight_decay: 0.1),
        _ => optim.AdamW(parameters, Rate, weight_decay: 0.01),
    };
}
