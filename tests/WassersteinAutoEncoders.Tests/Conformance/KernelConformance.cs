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
    public void Is_symmetric() => ForAll((kernel, x, y) =>
        Assert.Equal(Values(kernel.Gram(x, y)), Values(kernel.Gram(y, x).t().contiguous())));

    [Fact]
    public void Is_positive() => ForAll((kernel, x, _) =>
    {
        var gram = kernel.Gram(x, x);
        if (OnlyConditionallyPositive)
        {
            // (I − 11ᵀ/n)·K·(I − 11ᵀ/n): what is left for weights that sum to 0.
            gram = gram - gram.mean([0], keepdim: true);
            gram = gram - gram.mean([1], keepdim: true);
        }

        var eigenvalues = SymmetricEigenvalues.Of(Values(gram), (int)x.shape[0]);
        Assert.True(eigenvalues.Min() >= -Tolerances.Float64 * eigenvalues.Max(), $"{eigenvalues.Min():R} of {eigenvalues.Max():R}");
    });

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
    public void Does_not_change_when_all_points_move_alike() => ForAll((kernel, x, y) =>
        AssertClose(Values(kernel.Gram(x, y)), Values(kernel.Gram(x + 0.5, y + 0.5)), Tolerances.Float64));

    [Fact]
    public void Gradients_are_finite_differences() => ForAll((kernel, x, y) =>
    {
        (x, y) = x.shape[1] > 3 ? (x.narrow(0, 0, 2), y.narrow(0, 0, 1)) : (x, y);
        var weights = Points(x.shape[0], y.shape[0], 9);
        FiniteDifferences.Check(p => (kernel.Gram(p, y) * weights).sum(), x);
        FiniteDifferences.Check(p => (kernel.Gram(x, p) * weights).sum(), y);
        FiniteDifferences.Check(p => kernel.Gram(p, p).sum(), x);
    });

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Coincident_and_far_points_give_finite_accurate_values_and_finite_gradients(ScalarType type)
    {
        foreach (var (kernel, _) in Kernels)
        {
            foreach (var d in Dimensions)
            {
                using var scope = NewDisposeScope();
                var near = Points(4, d, 1);
                var far = near + 1e4;
                var x = cat([near, near, far, far]).to(type).requires_grad_();
                var gram = kernel.Gram(x, x);
                gram.sum().backward();
                AssertClose(Naive(kernel, x.detach(), x.detach()), Values(gram), Tolerances.Of(type));
                Assert.All(Values(x.grad!), g => Assert.True(double.IsFinite(g)));
            }
        }
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        foreach (var (kernel, _) in Kernels)
        {
            using var scope = NewDisposeScope();
            var x = Points(3, 2, 1);
            Assert.ThrowsAny<ArgumentException>(() => kernel.Gram(x, Points(3, 4, 1)));
            Assert.ThrowsAny<ArgumentException>(() => kernel.Gram(x, x.to(ScalarType.Float32)));
            Assert.ThrowsAny<ArgumentException>(() => kernel.Gram(x.reshape(6), x));
            Assert.ThrowsAny<ArgumentException>(() => kernel.Gram(null!, x));
        }
    }

    [Fact]
    public void Profile_is_the_Gram_matrix_of_the_distances()
    {
        foreach (var kernel in Kernels.Select(k => k.Kernel).OfType<IRadialKernel>())
        {
            // On a line, the squared distance to the origin is any number wanted.
            var squared = Distances();
            using var scope = NewDisposeScope();
            var line = tensor(squared).sqrt().unsqueeze(1);
            var expected = Values(kernel.Gram(line, zeros([1, 1], ScalarType.Float64)));
            var values = NotYet<double>(squared.Length);
            kernel.Profile(squared, values, []);
            AssertClose(expected, values, Tolerances.Float64);

            var single = NotYet<float>(squared.Length);
            kernel.Profile(Array.ConvertAll(squared, s => (float)s), single, []);
            AssertClose(expected, Array.ConvertAll(single, v => (double)v), Tolerances.Float32);
        }
    }

    [Fact]
    public void Profile_derivative_is_the_derivative_and_finite_at_zero()
    {
        foreach (var kernel in Kernels.Select(k => k.Kernel).OfType<IRadialKernel>())
        {
            var squared = Distances();
            var (values, derivatives) = (NotYet<double>(squared.Length), NotYet<double>(squared.Length));
            kernel.Profile(squared, values, derivatives);
            var (singles, singleDerivatives) = (NotYet<float>(squared.Length), NotYet<float>(squared.Length));
            kernel.Profile(Array.ConvertAll(squared, s => (float)s), singles, singleDerivatives);
            for (var i = 0; i < squared.Length; i++)
            {
                Assert.True(double.IsFinite(derivatives[i]) && float.IsFinite(singleDerivatives[i]));
                if (squared[i] == 0)
                {
                    continue;
                }

                var step = 1e-5 * squared[i];
                double[] around = [squared[i] - step, squared[i] + step], at = new double[2];
                kernel.Profile(around, at, []);
                var numeric = (at[1] - at[0]) / (2 * step);
                var rounding = 1e-15 * Math.Abs(values[i]) / step;
                Assert.Equal(numeric, derivatives[i], (Tolerances.FiniteDifference * Math.Abs(numeric)) + rounding);
                Assert.Equal(derivatives[i], singleDerivatives[i], (Tolerances.Float32 * Math.Abs(derivatives[i])) + 1e-37);
            }
        }
    }

    [Fact]
    public void Profile_depends_on_the_distance_alone_not_on_its_place()
    {
        foreach (var kernel in Kernels.Select(k => k.Kernel).OfType<IRadialKernel>())
        {
            var squared = Array.ConvertAll(Distances(), s => (float)s);
            var (values, derivatives) = (new float[squared.Length], new float[squared.Length]);
            kernel.Profile(squared, values, derivatives);
            for (var i = 0; i < squared.Length; i++)
            {
                var (value, derivative) = (new float[1], new float[1]);
                kernel.Profile(squared.AsSpan(i, 1), value, derivative);
                Assert.Equal((values[i], derivatives[i]), (value[0], derivative[0]));
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

    private void ForAll(Action<T, Tensor, Tensor> law)
    {
        foreach (var (kernel, _) in Kernels)
        {
            foreach (var d in Dimensions)
            {
                using var scope = NewDisposeScope();
                law(kernel, Points(6, d, 1), Points(5, d, 2));
            }
        }
    }

    /// <summary>What a profile writes to: nothing that was there before may show.</summary>
    private static TNumber[] NotYet<TNumber>(int length)
        where TNumber : System.Numerics.IFloatingPointIeee754<TNumber>
        => [.. Enumerable.Repeat(TNumber.NaN, length)];

    private static double[] Distances() => [0, 1e-12, 1e-6, 1e-3, .. Enumerable.Range(1, 40).Select(i => 0.37 * i), 1e2, 1e4, 4e8];

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
