using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class BuresDivergenceTests
{
    /// <summary>A mixture whose covariance is neither diagonal nor isotropic.</summary>
    private static readonly GaussianMixturePrior Mixture = new([new GaussianComponent([1, 0, 2], 0.5), new GaussianComponent([-1, 1, 0], 0.7, 2), new GaussianComponent([0, -2, 1], 0.4)]);

    [Fact]
    public void Between_diagonal_covariances_it_is_the_difference_of_the_deviations()
    {
        using var scope = NewDisposeScope();

        // ±√d·s_i·e_i: mean 0 and covariance diag(s²).
        var deviations = tensor(new[] { 0.5, 1, 3 });
        var half = diag(deviations) * Math.Sqrt(3);
        var shift = tensor(new[] { 1.0, -2, 0.5 });
        var codes = cat([half, -half], 0) + shift;
        var expected = shift.square().sum().ToDouble() + (deviations - 2).square().sum().ToDouble();
        Assert.Equal(expected, Bures(codes, new GaussianPrior(3, 2)).ToDouble(), Tolerances.Float64);
    }

    /// <summary>tr(C·Σ)^½ from the eigenvalues of a product that is not symmetric, another way than that of the library.</summary>
    [Fact]
    public void Against_a_prior_of_any_covariance_it_is_the_distance_of_the_two_Gaussians()
    {
        using var scope = NewDisposeScope();
        var codes = Points.Normal(40, 3, 1).mm(tensor(new[,] { { 1.0, 0.3, 0 }, { 0, 2, 0.5 }, { 0.2, 0, 0.7 } })) + 0.4;
        var moments = Mixture.Moments;
        var sigma = tensor(moments.Covariance);
        var mean = codes.mean([0]);
        var covariance = (codes - mean).t().mm(codes - mean) / 40;
        var cross = linalg.eigvals(covariance.mm(sigma)).real.sqrt().sum();
        var expected = (mean - tensor(moments.Mean.ToArray())).square().sum() + covariance.trace() + sigma.trace() - cross * 2;
        Assert.Equal(expected.ToDouble(), Bures(codes, Mixture).ToDouble(), Tolerances.Float64);
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(3, 3)]
    [InlineData(3, 9)]
    public void Gradients_are_those_of_differences_for_any_covariance_and_for_fewer_codes_than_dimensions(int dimension, long count)
    {
        using var scope = NewDisposeScope();
        FiniteDifferences.Check(codes => Bures(codes, Mixture), Points.Normal(count, dimension, 3) + 0.5);
        var samples = new PriorSamples(Mixture.Sample(count, new Generator(2), dtype: float64), Mixture);
        FiniteDifferences.Check(codes => new BuresSpectrumDivergence().Evaluate(codes, samples), Points.Normal(count, dimension, 3) + 0.5);
    }

    [Fact]
    public void Where_eigenvalues_meet_the_gradient_is_finite_and_right()
    {
        using var scope = NewDisposeScope();
        var half = eye(4, dtype: float64) * 3;
        FiniteDifferences.Check(codes => Bures(codes, new GaussianPrior(4)), cat([half, -half], 0));
    }

    /// <summary>One step of size n/2 leads to the minimum in the plane of the codes: the penalty is quadratic along its own gradient.</summary>
    [Fact]
    public void A_step_down_leads_to_the_prior_s_moments()
    {
        using var scope = NewDisposeScope();
        var codes = (Points.Normal(50, 4, 5) * tensor(new[] { 0.1, 1, 2, 5 }) + 3).requires_grad_(true);
        Bures(codes, new GaussianPrior(4)).backward();
        var moved = codes.detach() - codes.grad! * 25;
        Assert.Equal(0, Bures(moved, new GaussianPrior(4)).ToDouble(), Tolerances.Float64);
    }

    /// <summary>The expectation of the plain form falls when codes of the prior's own law are shrunk; that of the spectrum's form does not.</summary>
    [Fact]
    public void Only_the_plain_form_rewards_codes_of_less_variance_than_the_prior()
    {
        using var scope = NewDisposeScope();
        const int n = 128, d = 64;
        var prior = new GaussianPrior(d);
        double plain = 0, plainShrunk = 0, spectrum = 0, spectrumShrunk = 0;
        for (ulong seed = 0; seed < 4; seed++)
        {
            var codes = Points.Normal(n, d, 10 + seed);
            var samples = new PriorSamples(Points.Normal(n, d, 20 + seed), prior);
            plain += Bures(codes, prior).ToDouble();
            plainShrunk += Bures(codes * 0.92, prior).ToDouble();
            spectrum += new BuresSpectrumDivergence().Evaluate(codes, samples).ToDouble();
            spectrumShrunk += new BuresSpectrumDivergence().Evaluate(codes * 0.92, samples).ToDouble();
        }

        Assert.True(plainShrunk < plain, $"{plainShrunk} against {plain}");
        Assert.True(spectrumShrunk > spectrum, $"{spectrumShrunk} against {spectrum}");
    }

    [Fact]
    public void Whitened_by_the_prior_s_covariance_its_own_samples_are_near_and_turned_ones_are_not()
    {
        using var scope = NewDisposeScope();
        var prior = new GaussianMixturePrior([new GaussianComponent([4, 0], 0.5), new GaussianComponent([-4, 0], 0.5)]);
        var samples = new PriorSamples(prior.Sample(500, new Generator(1), dtype: float64), prior);
        var codes = prior.Sample(500, new Generator(2), dtype: float64);
        var near = new BuresSpectrumDivergence().Evaluate(codes, samples).ToDouble();
        var turned = new BuresSpectrumDivergence().Evaluate(codes.flip(1), samples).ToDouble();
        Assert.True(near < 0.1, $"{near}");
        Assert.True(turned > 10, $"{turned}");

        // Spectra alone cannot tell them apart.
        Assert.True(new BuresSpectrumDivergence().Evaluate(codes.flip(1), samples.Tensor).ToDouble() < 0.1);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void What_is_not_finite_makes_the_value_so(double element)
    {
        using var scope = NewDisposeScope();
        var codes = Points.Normal(9, 3, 1);
        codes[4, 1] = element;
        Assert.False(double.IsFinite(Bures(codes, new GaussianPrior(3)).ToDouble()));
        Assert.False(double.IsFinite(new BuresSpectrumDivergence().Evaluate(codes, Points.Normal(9, 3, 2)).ToDouble()));
    }

    [Fact]
    public void A_prior_without_moments_is_refused_by_name()
    {
        using var scope = NewDisposeScope();
        var error = Assert.ThrowsAny<ArgumentException>(() => new BuresDivergence().Evaluate(Points.Normal(9, 3, 1), Points.Normal(9, 3, 2)));
        Assert.Contains(nameof(BuresSpectrumDivergence), error.Message, StringComparison.Ordinal);
    }

    private static Tensor Bures(Tensor codes, IPrior prior) => new BuresDivergence().Evaluate(codes, new PriorSamples(prior, codes.shape[0]));
}
