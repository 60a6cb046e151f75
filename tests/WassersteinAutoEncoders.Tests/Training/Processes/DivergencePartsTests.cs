using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;
using static WassersteinAutoEncoders.Tests.Training.Processes.ProcessRuns;

namespace WassersteinAutoEncoders.Tests.Training.Processes;

/// <summary>What processes evaluate of a divergence adds up to it, and so do their gradients.</summary>
public class DivergencePartsTests
{
    private const int Dimension = 3;

    /// <summary>The rows of each process: uneven, with one that has none.</summary>
    private static readonly int[] Rows = [40, 0, 29, 1];

    public static TheoryData<string, ScalarType> Cases
    {
        get
        {
            var cases = new TheoryData<string, ScalarType>();
            foreach (var name in Named.Keys.Except(["MMD, paired", "MMD, linear time", "adversarial", "Sinkhorn", "sum"]))
            {
                cases.Add(name, ScalarType.Float64);

                // Where the steps towards the worst direction go is decided by rounding.
                if (name != "max-sliced")
                {
                    cases.Add(name, ScalarType.Float32);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_parts_of_a_divergence_add_up_to_it(string name, ScalarType dtype)
    {
        var (value, gradient) = Whole(Named[name](), dtype, Dimension);
        var parts = Together(Rows.Length, group => Part(group, Named[name](), dtype, Dimension)!.Value);

        var tolerance = dtype == ScalarType.Float64 ? Tolerances.Float64 : Tolerances.Float32;
        Assert.Equal(value, parts.Sum(p => p.Value), tolerance * Math.Max(1, Math.Abs(value)));
        var largest = gradient.Max(Math.Abs);
        Assert.All(gradient.Zip(parts.SelectMany(p => p.Gradient)), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= tolerance * largest, $"{pair.First:R} and {pair.Second:R}"));
        Assert.Equal(gradient.Length, parts.Sum(p => p.Gradient.Length));
    }

    /// <summary>By its Gram matrix where there are fewer codes than dimensions; with samples that are differentiated; with derivatives of any order.</summary>
    [Fact]
    public void What_cannot_be_shared_is_left_to_the_whole()
    {
        Assert.All(Together(Rows.Length, group => Part(group, new BuresDivergence(), ScalarType.Float64, 71)), Assert.Null);
        Assert.All(Together(Rows.Length, group => Part(group, new BuresSpectrumDivergence(), ScalarType.Float64, 71)), Assert.Null);
        Assert.All(Together(Rows.Length, group => Part(group, new CramerWoldDivergence { HigherDerivatives = true }.Log(), ScalarType.Float64, Dimension)), Assert.Null);
        Assert.All(Together(Rows.Length, group => Part(group, new SinkhornDivergence().Log(), ScalarType.Float64, Dimension)), Assert.Null);
    }

    [Theory]
    [InlineData(50, 1)]
    [InlineData(50, 7)]
    [InlineData(3, 8)]
    [InlineData(0, 4)]
    public void Parts_of_a_number_of_things_are_all_of_them_once(int count, int size)
    {
        var parts = Enumerable.Range(0, size).Select(rank => new RowShare(0, 0, rank, size, _ => { }).PartOf(count)).ToList();

        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), parts.SelectMany(p => Enumerable.Range((int)p.Start, (int)p.Count).Select(i => (long)i)));
        Assert.True(parts.Max(p => p.Count) - parts.Min(p => p.Count) <= 1);
    }

    private static (double Value, double[] Gradient) Whole(ILatentDivergence divergence, ScalarType dtype, int dimension)
    {
        using var scope = NewDisposeScope();
        var (codes, samples) = Points(dtype, dimension);
        codes.requires_grad_();
        var value = divergence.Evaluate(codes, samples);
        value.backward();
        return (value.ToDouble(), TensorData.ToArray(codes.grad!));
    }

    private static (double Value, double[] Gradient)? Part(TurnGroup group, ILatentDivergence divergence, ScalarType dtype, int dimension)
    {
        using var scope = NewDisposeScope();
        var (codes, samples) = Points(dtype, dimension);
        var (start, count) = (Rows.Take(group.Rank).Sum(), Rows[group.Rank]);
        var own = codes.narrow(0, start, count).clone().requires_grad_(count > 0);
        var all = cat([codes.narrow(0, 0, start), own, codes.narrow(0, start + count, codes.shape[0] - start - count)], 0);
        var share = new RowShare(start, count, group.Rank, group.Size, Summed);
        if (share.Evaluate(divergence, all, samples) is not { } value)
        {
            return null;
        }

        if (count > 0)
        {
            value.backward();
        }

        return (value.ToDouble(), count > 0 ? TensorData.ToArray(own.grad!) : []);

        void Summed(Tensor values)
        {
            if (values.dtype == ScalarType.Float32)
            {
                group.Sum(TensorSpan.Of<float>(values));
            }
            else
            {
                group.Sum(TensorSpan.Of<double>(values));
            }
        }
    }

    private static (Tensor Codes, PriorSamples Samples) Points(ScalarType dtype, int dimension)
    {
        using var generator = new Generator(5);
        var count = Rows.Sum();
        return (randn(count, dimension, dtype: dtype, generator: generator), new PriorSamples(randn(count, dimension, dtype: dtype, generator: generator), new GaussianPrior(dimension)));
    }
}
