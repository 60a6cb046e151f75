using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Testing.Tests;

/// <summary>Each deliberate mistake is found under the law that it breaks; right parts, the documentation's among them, satisfy all.</summary>
public class LawTests
{
    public static TheoryData<string> WrongPriors => [.. Priors.Keys];

    public static TheoryData<string> WrongKernels => [.. Kernels.Keys];

    public static TheoryData<string> WrongDivergences => [.. Divergences.Keys];

    public static TheoryData<string> WrongCosts => [.. Costs.Keys];

    private static readonly Dictionary<string, (IPrior Prior, string Law)> Priors = new()
    {
        ["wrong scale"] = (new WrongScale(), "stated mean and covariance are those of the samples"),
        ["wrong expected distance"] = (new WrongExpectedDistance(), "the expected squared distance is that of the samples"),
        ["ignores the generator"] = (new IgnoresTheGenerator(), "a generator of the same seed gives the same samples, bit for bit"),
        ["wrong device"] = (new WrongDevice(), "samples lie on the device asked for"),
        ["wrong type"] = (new WrongType(), "samples are finite, of the shape and element type asked for, on the CPU, without gradient"),
        ["samples with gradient"] = (new WithGradient(), "samples are finite, of the shape and element type asked for, on the CPU, without gradient"),
        ["rows that repeat"] = (new RowsThatRepeat(), "the samples of one call are independent of each other"),
        ["density without its constant"] = (new WrongDensity(), "the density integrates to 1"),
    };

    private static readonly Dictionary<string, (IKernel Kernel, string Law)> Kernels = new()
    {
        ["asymmetric"] = (new Asymmetric(), "it is symmetric"),
        ["not positive definite"] = (new NotPositiveDefinite(), "it is positive definite"),
        ["wrong gradient"] = (new WrongGradient(), "gradients are those of finite differences, in either argument and in both"),
        ["infinite gradient at 0"] = (new InfiniteGradientAtZero(), "points that coincide and points far away have finite values and gradients"),
        ["NaN far away"] = (new NotFiniteFarAway(), "points that coincide and points far away have finite values and gradients"),
        ["depends on the batch"] = (new DependsOnTheBatch(), "an entry depends on its own two points alone"),
        ["wrong type"] = (new WrongKernelType(), "the Gram matrix has a row a point of x and a column a point of y, in their element type"),
        ["wrong profile"] = (new WrongProfile(), "the profile's derivative is that of finite differences, and finite at 0"),
    };

    private static readonly Dictionary<string, (ILatentDivergence Divergence, string Law)> Divergences = new()
    {
        ["wrong gradient"] = (new FormulaDivergence((x, y) => (x.detach().mean([0]) - y.mean([0])).dot(x.mean([0]) - y.mean([0]))), "the gradient is that of finite differences"),
        ["depends on the row order"] = (new FormulaDivergence((x, y) => (x - y.narrow(0, 0, 1)).square().mean() * 0 + (x.narrow(0, 0, 1) - y.narrow(0, 0, 1)).square().sum()), "the order of either sample is of no matter"),
        ["NaN far away"] = (new FormulaDivergence((x, y) => (x.exp().mean() - y.exp().mean()).square()), "codes far away and codes that coincide have finite values and gradients"),
        ["not zero for identical samples"] = (new FormulaDivergence((x, y) => (x.mean([0]) - y.mean([0])).square().sum() + 0.1), "identical samples are at distance 0"),
        ["negative"] = (new FormulaDivergence((x, y) => -(x.mean([0]) - y.mean([0])).square().sum()), "the value is never negative"),
        ["random numbers of its own"] = (new FormulaDivergence((x, y) => (x.mean([0]) - y.mean([0])).square().sum() * rand([], dtype: x.dtype)), "the same arguments give the same value, bit for bit"),
        ["not a scalar"] = (new FormulaDivergence((x, y) => (x.mean([0]) - y.mean([0])).square()), "the value is a finite scalar of the codes' element type"),
        ["changes its arguments"] = (new FormulaDivergence((x, y) => (x.mean([0]) - y.sub_(y.mean([0], keepdim: true) * 0.1).mean([0])).square().sum()), "the arguments are left as they are"),
        ["throws"] = (new FormulaDivergence((_, _) => throw new InvalidOperationException("not today")), "the value is a finite scalar of the codes' element type"),
    };

    private static readonly Dictionary<string, (IReconstructionCost Cost, string Law)> Costs = new()
    {
        ["a sum over the batch"] = (new FormulaCost((x, y) => (x - y).square().sum()), "it is a mean over the batch"),
        ["infinite gradient at equality"] = (new FormulaCost((x, y) => (x - y).flatten(1).square().sum(1).sqrt().mean()), "exact reconstructions have finite gradients and the value claimed"),
        ["wrong gradient"] = (new FormulaCost((x, y) => ((x - y) * (x - y).detach()).flatten(1).sum(1).mean()), "gradients are those of finite differences, in both arguments"),
    };

    [Theory]
    [MemberData(nameof(WrongPriors))]
    public void A_wrong_prior_is_found(string mistake) => Found(PriorLaws.Check(Priors[mistake].Prior), Priors[mistake].Law);

    [Theory]
    [MemberData(nameof(WrongKernels))]
    public void A_wrong_kernel_is_found(string mistake) => Found(KernelLaws.Check(Kernels[mistake].Kernel), Kernels[mistake].Law);

    [Theory]
    [MemberData(nameof(WrongDivergences))]
    public void A_wrong_divergence_is_found(string mistake) => Found(DivergenceLaws.Check(Divergences[mistake].Divergence), Divergences[mistake].Law);

    [Theory]
    [MemberData(nameof(WrongCosts))]
    public void A_wrong_cost_is_found(string mistake) => Found(CostLaws.Check(Costs[mistake].Cost), Costs[mistake].Law);

    [Fact]
    public void Right_parts_satisfy_all_laws()
    {
        PriorLaws.Check(new RightPrior()).ThrowIfViolated();
        KernelLaws.Check(new RightKernel()).ThrowIfViolated();
        DivergenceLaws.Check(new SlicedWassersteinDivergence(SliceDirections.Random(seed: 3))).ThrowIfViolated();
        DivergenceLaws.Check(new CramerWoldDivergence().Log(1e-3), new GaussianPrior(2), new DivergenceLawOptions { IsZeroForIdenticalSamples = false, IsNonNegative = false }).ThrowIfViolated();
    }

    [Fact]
    public void The_documentations_own_parts_satisfy_all_laws() => Snippets.LawChecks.All();

    [Fact]
    public void A_report_says_what_was_expected_found_and_where()
    {
        var report = PriorLaws.Check(new WrongExpectedDistance(), new LawOptions { Seed = 7 });
        Assert.False(report.IsSatisfied);
        var text = report.ToString();
        Assert.All(new[] { "WrongExpectedDistance", "expected", "found", "in place of 2", "seed 7", "dimension 2" }, part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.Equal(text, Assert.Throws<LawViolationException>(report.ThrowIfViolated).Message);
        Assert.Contains("satisfies", PriorLaws.Check(new RightPrior()).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1L << 40, 1)]
    [InlineData(0, 1)]
    [InlineData(3, 1L << 62)]
    [InlineData(3, 0)]
    [InlineData(1 << 16, 1024)]
    public void Sizes_that_would_take_hours_are_refused(long dimension, long smallest)
    {
        var options = new DivergenceLawOptions { Dimension = dimension, SmallestBatch = smallest, Strict = true };
        Assert.Contains("65,536", Assert.Throws<ArgumentException>("options", () => DivergenceLaws.Check(new BuresDivergence(), options: options)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("options", () => DivergenceLaws.Check(_ => new BuresDivergence(), options: options));
    }

    [Fact]
    public void A_divergence_that_claims_to_need_an_enormous_batch_is_refused()
        => Assert.Throws<ArgumentException>("options", () => DivergenceLaws.Check(new Greedy()));

    /// <summary>Work is counted, not timed: evaluations of the largest sizes that are taken, of which one may cost n²·d.</summary>
    [Theory]
    [InlineData(8, 1024)]
    [InlineData(1024, 1024)]
    [InlineData(1 << 16, 1)]
    public void The_largest_sizes_take_some_hundred_evaluations(long dimension, long smallest)
    {
        var count = 0;
        var divergence = new FormulaDivergence((x, y) =>
        {
            count++;
            return (x.mean([0]) - y.mean([0])).square().sum();
        });
        DivergenceLaws.Check(divergence, options: new DivergenceLawOptions { Dimension = dimension, SmallestBatch = smallest, Strict = true, IsRotationInvariant = true });
        Assert.InRange(count, 20, 200);
    }

    [Fact]
    public void Priors_and_kernels_of_very_many_dimensions_take_no_longer()
    {
        var (prior, kernel) = (new CountedPrior(1 << 16), new CountedKernel());
        PriorLaws.Check(prior);
        KernelLaws.Check(kernel, new KernelLawOptions { Dimensions = [1 << 16] });
        Assert.InRange(prior.Numbers, 1, 1 << 28);
        Assert.InRange(prior.Densities, 1, 20);
        Assert.InRange(kernel.Calls, 10, 100);
    }

    [Fact]
    public void A_prior_whose_moments_throw_violates_a_law_and_throws_nothing()
        => Found(PriorLaws.Check(new WithoutMoments()), "stated mean and covariance are those of the samples");

    [Theory]
    [InlineData(0)]
    [InlineData(1L << 17)]
    public void A_prior_of_no_or_enormous_dimension_is_refused(long dimension)
        => Assert.Throws<ArgumentException>("prior", () => PriorLaws.Check(new CountedPrior(dimension)));

    private static void Found(LawReport report, string law) => Assert.True(report.Violations.Any(violation => violation.Law == law), report.ToString());

    private sealed class FormulaDivergence(Func<Tensor, Tensor, Tensor> formula) : ILatentDivergence
    {
        public Tensor Evaluate(Tensor encoded, PriorSamples prior) => formula(encoded, prior.Tensor);
    }

    private sealed class Greedy : ILatentDivergence, IMinimumSampleSize
    {
        public long MinimumSampleSize => 1L << 62;

        public Tensor Evaluate(Tensor encoded, PriorSamples prior) => encoded.sum();
    }

    private sealed class CountedPrior(long dimension) : IDensityPrior
    {
        private readonly GaussianPrior _prior = new(Math.Max(1, dimension));

        public long Numbers { get; private set; }

        public int Densities { get; private set; }

        public long Dimension => dimension;

        public double ExpectedSquaredDistance => _prior.ExpectedSquaredDistance;

        public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
        {
            Numbers += count * dimension;
            return _prior.Sample(count, generator, device, dtype);
        }

        public Tensor LogDensity(Tensor z)
        {
            Densities++;
            return _prior.LogDensity(z);
        }
    }

    private sealed class WithoutMoments : IMomentPrior
    {
        private readonly GaussianPrior _prior = new(2);

        public long Dimension => 2;

        public double ExpectedSquaredDistance => _prior.ExpectedSquaredDistance;

        public PriorMoments Moments => throw new NotSupportedException("not today");

        public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null) => _prior.Sample(count, generator, device, dtype);
    }

    private sealed class CountedKernel : IKernel
    {
        private readonly RbfKernel _kernel = new(1 << 16);

        public int Calls { get; private set; }

        public Tensor Gram(Tensor x, Tensor y)
        {
            Calls++;
            return _kernel.Gram(x, y);
        }
    }

    private sealed class FormulaCost(Func<Tensor, Tensor, Tensor> formula) : IReconstructionCost
    {
        public Tensor Evaluate(Tensor input, Tensor reconstruction) => formula(input, reconstruction);
    }
}
