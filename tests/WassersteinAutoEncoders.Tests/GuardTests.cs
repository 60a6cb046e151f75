using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Sampling;
using WassersteinAutoEncoders.Training.Checkpoints;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests;

/// <summary>What would end the process, or come back as a native exception, is refused before it reaches libtorch.</summary>
public class GuardTests
{
    [Fact]
    public void Sparse_meta_and_expanded_tensors_are_refused_by_name()
    {
        using var points = randn([6, 3]);
        using var sparse = points.to_sparse();
        using var meta = empty([6, 3], device: META);
        using var expanded = zeros([1, 3]).expand(1L << 40, 3);
        Assert.Contains("sparse", Refusal<ArgumentException>(() => new RbfKernel(1).Gram(points, sparse)), StringComparison.Ordinal);
        Assert.Contains("meta", Refusal<ArgumentException>(() => FeatureStatistics.FromFeatures(meta)), StringComparison.Ordinal);
        Assert.Contains("memory", Refusal<ArgumentOutOfRangeException>(() => new RbfKernel(1).Gram(points, expanded)), StringComparison.Ordinal);
        foreach (var (tensor, what) in new[] { (sparse, "sparse"), (meta, "meta"), (expanded, "memory") })
        {
            using var folder = new TemporaryFolder();
            var error = Assert.ThrowsAny<ArgumentException>(() => SafetensorsFile.Write(folder.File("file"), new Dictionary<string, Tensor> { ["a"] = tensor }, new Dictionary<string, string>()));
            Assert.Contains(what, error.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(folder.Path));
        }
    }

    [Theory]
    [InlineData(1L << 40)]
    [InlineData(1L << 62)]
    [InlineData(long.MaxValue)]
    public void Samples_that_no_memory_holds_are_refused(long count)
    {
        foreach (IPrior prior in new IPrior[] { new GaussianPrior(3), new UniformPrior(3), new SpherePrior(3), GaussianMixturePrior.Ring(1), GaussianMixturePrior.Ring(3) })
        {
            Refusal<ArgumentOutOfRangeException>(() => prior.Sample(count));
        }

        Refusal<ArgumentOutOfRangeException>(() => new GaussianPrior(count).Sample(8));
    }

    [Theory]
    [InlineData(1L << 20)]
    [InlineData(1L << 40)]
    [InlineData(long.MaxValue)]
    public void Matrices_that_no_array_holds_are_refused(long dimension)
    {
        Refusal<ArgumentOutOfRangeException>(() => new GaussianPrior(dimension).Moments);
        Refusal<ArgumentOutOfRangeException>(() => new UniformPrior(dimension).Moments);
        Refusal<ArgumentOutOfRangeException>(() => PriorMoments.Isotropic(dimension, 1));
        Refusal<ArgumentOutOfRangeException>(() => new FeatureStatistics(dimension));
        Refusal<ArgumentOutOfRangeException>(() => GaussianMixturePrior.Ring(int.MaxValue, dimension: int.MaxValue));
        Refusal<ArgumentOutOfRangeException>(() => LatentGrid.OfPrior(new GaussianPrior(2), int.MaxValue, int.MaxValue));
        Refusal<ArgumentOutOfRangeException>(() => LatentGrid.OfRange((0, 1), (0, 1), int.MaxValue, 2));
        Refusal<ArgumentOutOfRangeException>(() => Interpolation.Linear(zeros(3), ones(3), int.MaxValue));
    }

    [Fact]
    public void A_kernel_of_the_callers_own_that_returns_nothing_or_another_shape_is_named()
    {
        using var points = randn([6, 3]);
        foreach (var answer in new Tensor?[] { null, randn([6, 5]), randn([6]) })
        {
            var sum = new SumKernel((1.0, new RbfKernel(1)), (2.0, new OwnKernel(answer)));
            Assert.Contains(nameof(OwnKernel), Refusal<ArgumentException>(() => sum.Gram(points, points)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_prior_of_the_callers_own_that_returns_nothing_or_another_shape_is_named()
    {
        using var decoder = nn.Linear(3, 3);
        foreach (var answer in new Tensor?[] { null, randn([6, 5]), randn([3]) })
        {
            var prior = new OwnPrior(answer);
            Assert.Contains(nameof(OwnPrior), Refusal<ArgumentException>(() => DecodedSamples.Draw(decoder, prior, 6)), StringComparison.Ordinal);
            Assert.Contains(nameof(OwnPrior), Refusal<ArgumentException>(() => LatentGrid.OfPrior(prior, 2, 2)), StringComparison.Ordinal);
            Assert.Contains(nameof(OwnPrior), Refusal<ArgumentException>(() => ((IPrior)prior).ExpectedSquaredDistance), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_spectrally_normalized_layer_refuses_what_it_was_not_made_for()
    {
        using var layer = new SpectralNormalizedLinear(3, 2);
        Refusal<ArgumentException>(() => layer.forward(randn([6, 4])));
        Refusal<ArgumentException>(() => layer.forward(randn([])));
        Refusal<ArgumentException>(() => layer.forward(randn([6, 3], dtype: ScalarType.Float64)));
        Refusal<ArgumentOutOfRangeException>(() => new SpectralNormalizedLinear(long.MaxValue, 2));
    }

    [Fact]
    public void Points_whose_squares_overflow_are_refused_before_a_decomposition_fails_on_them()
    {
        using var huge = randn([30, 3], dtype: ScalarType.Float64).mul(1e200);
        using var usual = randn([30, 3], dtype: ScalarType.Float64);
        Refusal<ArgumentException>(() => MardiaTest.Evaluate(huge));
        Refusal<ArgumentException>(() => EffectiveRank.OfPoints(huge));
        Refusal<ArgumentException>(() => FrechetDistance.Evaluate(huge, usual));
        Refusal<ArgumentException>(() => LatentDiagnosis.Run(huge, new GaussianPrior(3)));
    }

    [Fact]
    public void A_module_that_takes_another_width_is_named()
    {
        using var module = nn.Linear(5, 3);
        using var points = randn([6, 3]);
        Assert.Contains("first layer", Refusal<ArgumentException>(() => FeatureStatistics.FromModule(module, [points])), StringComparison.Ordinal);
        Assert.Contains("first layer", Refusal<ArgumentException>(() => DecodedSamples.Decode(module, points)), StringComparison.Ordinal);
    }

    [Fact]
    public void More_components_than_codes_are_refused_at_once()
        => Refusal<ArgumentOutOfRangeException>(() => GaussianMixtureFit.SelectByBic(randn([6, 3]), int.MaxValue));

    private static string Refusal<T>(Func<object?> call)
        where T : ArgumentException
        => Assert.Throws<T>(() => { (call() as IDisposable)?.Dispose(); }).Message;

    private sealed class OwnKernel(Tensor? answer) : IKernel
    {
        public Tensor Gram(Tensor x, Tensor y) => answer!;
    }

    private sealed class OwnPrior(Tensor? answer) : IPrior
    {
        public long Dimension => 3;

        public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null) => answer!;
    }
}
