using TorchSharp;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Tests.Kernels;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Conformance;

/// <summary>What every kernel keeps to. An implementation has one derived class and so runs every law that it claims.</summary>
/// <typeparam name="T">The kernel.</typeparam>
public abstract class KernelConformance<T>
    where T : IKernel
{
    private static readonly long[] Dimensions = [1, 2, 3, 64];

    /// <summary>Kernels to hold to the laws, with the k(x, x) that the documentation states.</summary>
    protected abstract IEnumerable<(T Kernel, double Diagonal)> Kernels { get; }

    /// <summary>Whether cᵀKc ≥ 0 holds only for weights that sum to 0.</summary>
    protected virtual bool OnlyConditionallyPositive => false;

    [Fact]
    public void Values_are_the_formula()
    {
        foreach (var (kernel, _) in Kernels)
        {
            foreach (var d in Dimensions)
            {
                using var scope = NewDisposeScope();
                var (x, y) = (Points(5, d, 1), Points(7, d, 2));
                var expected = Naive(kernel, x, y);
                AssertClose(expected, Values(kernel.Gram(x, y)), Tolerances.Float64);
                AssertClose(expected, Values(kernel.Gram(x.to(ScalarType.Float32), y.to(ScalarType.Float32))), Tolerances.Float32);
            }
        }
    }

    [Fact]
    public void The_laws_hold()
    {
        foreach (var (kernel, _) in Kernels)
        {
            KernelLaws.Check(kernel, new KernelLawOptions { Strict = true, IsConditionallyPositive = OnlyConditionallyPositive }).ThrowIfViolated();
        }
    }

    [Fact]
    public void Diagonal_is_the_stated_value()
    {
        foreach (var (kernel, diagonal) in Kernels)
        {
            using var scope = NewDisposeScope();
            foreach (var value in Values(kernel.Gram(Points(4, 3, 1), Points(4, 3, 1)).diagonal()))
            {
                Assert.Equal(diagonal, value, 1e-14 * Math.Abs(diagonal));
            }
        }
    }

    [Fact]
    public void Profile_takes_spans_of_one_length_and_that_may_be_none()
    {
        foreach (var kernel in Kernels.Select(k => k.Kernel).OfType<IRadialKernel>())
        {
            kernel.Profile(Array.Empty<double>(), [], []);
            kernel.Profile(Array.Empty<float>(), [], []);
            foreach (var (values, derivatives) in new[] { (2, 3), (4, 3), (3, 2), (3, 4), (2, 0), (4, 0) })
            {
                Assert.ThrowsAny<ArgumentException>(() => kernel.Profile(new double[3], new double[values], new double[derivatives]));
                Assert.ThrowsAny<ArgumentException>(() => kernel.Profile(new float[3], new float[values], new float[derivatives]));
            }
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void What_is_not_a_number_stays_so_in_its_row_and_its_gradient(ScalarType type)
    {
        foreach (var (kernel, _) in Kernels)
        {
            using var scope = NewDisposeScope();
            var points = Points(5, 3, 1).to(type);
            points[1, 2] = double.NaN;
            var x = points.requires_grad_();
            var gram = kernel.Gram(x, Points(4, 3, 2).to(type));
            gram.sum().backward();
            Assert.True(gram[1].isnan().all().ToBoolean(), $"{kernel.GetType().Name}: {string.Join(' ', Values(gram[1]))}");
            Assert.True(gram[0].isfinite().all().ToBoolean());
            Assert.False(x.grad![1].isfinite().all().ToBoolean());
            if (kernel is IRadialKernel radial)
            {
                var (values, derivatives) = (new double[3], new double[3]);
                radial.Profile([1, double.NaN, 2], values, derivatives);
                Assert.True(double.IsNaN(values[1]) && double.IsNaN(derivatives[1]) && double.IsFinite(values[0] + derivatives[2]));
                var (singleValues, singleDerivatives) = (new float[3], new float[3]);
                radial.Profile([1, float.NaN, 2], singleValues, singleDerivatives);
                Assert.True(float.IsNaN(singleValues[1]) && float.IsNaN(singleDerivatives[1]) && float.IsFinite(singleValues[0] + singleDerivatives[2]));
            }
        }
    }

    private static Tensor Points(long count, long dimension, ulong seed)
    {
        using var generator = new Generator(seed, CPU);
        return randn([count, dimension], dtype: ScalarType.Float64, generator: generator);
    }

    private static double[] Naive(IKernel kernel, Tensor x, Tensor y)
    {
        var columns = Rows(y);
        return [.. Rows(x).SelectMany(_ => columns, (a, b) => NaiveKernels.Value(kernel, a, b))];
    }

    private static double[][] Rows(Tensor x) => [.. Values(x).Chunk((int)x.shape[1])];

    private static double[] Values(Tensor x) => FiniteDifferences.Values(x);

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = Math.Max(1, expected.Max(Math.Abs));
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance * scale);
        }
    }
}
