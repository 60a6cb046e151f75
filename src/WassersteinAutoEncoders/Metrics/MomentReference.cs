using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Metrics;

/// <summary>The prior's moments as tensors, stated or estimated, and the comparison of codes with them.</summary>
internal sealed class MomentReference
{
    private readonly Tensor _mean;
    private readonly Tensor _covariance;
    private readonly Tensor _whitening;
    private readonly double _fourth;
    private readonly double _samples;
    private readonly bool _closedForm;

    /// <summary>Takes the moments of the prior, or of samples of it; lives as long as the caller's dispose scope.</summary>
    public MomentReference(IPrior prior, Tensor samples)
    {
        _samples = samples.shape[0];
        _closedForm = prior is IMomentPrior;
        (_mean, _covariance) = prior is IMomentPrior stated ? Stated(stated) : Estimated(samples);
        var lengths = (samples - _mean).Squared().sum(1);
        _fourth = Scalars.Read(lengths.Squared().mean());

        // Directions in which the prior has no variance (a prior on a subspace) are compared by the covariance error alone.
        Guard.CheckFiniteValues(_covariance, nameof(prior));
        var (values, vectors) = linalg.eigh(_covariance);
        Eigenvalues = TensorData.ToArray(values);
        var largest = Eigenvalues[^1];
        if (!(largest > 0))
        {
            throw new ArgumentException("Expected a prior with some variance, but its covariance is zero. Check its Moments or samples.", nameof(prior));
        }

        Rank = Eigenvalues.Count(v => v > 1e-10 * largest);
        var d = Eigenvalues.Length;
        _whitening = vectors.slice(1, d - Rank, d, 1) / tensor(Eigenvalues.AsSpan(d - Rank).ToArray()).sqrt().unsqueeze(0);
    }

    /// <summary>The dimensions in which the prior varies.</summary>
    public int Rank { get; }

    /// <summary>The eigenvalues of the prior's covariance, ascending.</summary>
    public double[] Eigenvalues { get; }

    /// <summary>Compares mean and covariance of codes, float64 on the CPU.</summary>
    public (MomentComparison Moments, LatentSpectrum Spectrum) Compare(Tensor codes, double threshold)
    {
        double n = codes.shape[0];
        var mean = codes.mean([0L]);
        var centred = codes - mean;
        var covariance = centred.t().mm(centred).Over(n - 1);
        Guard.CheckFiniteValues(covariance, nameof(covariance));
        var variances = TensorData.ToArray(covariance.diagonal());
        var priorVariances = TensorData.ToArray(_covariance.diagonal());
        var (trace, norm) = (priorVariances.Sum(), Math.Sqrt(Scalars.Read(_covariance.Squared().sum())));

        // Estimated moments carry noise of their own, with the same law.
        var noise = 1 / n + (_closedForm ? 0 : 1 / _samples);
        var offset = mean - _mean;
        var distance = Scalars.Read(offset.unsqueeze(0).mm(_whitening).Squared().sum());

        // The second term is the noise of the mean inside the covariance: it is what remains where ‖p − μ‖ is constant in one dimension.
        var expected = Math.Sqrt(Math.Max(0, _fourth - norm * norm) * noise + trace * noise * trace * noise) / norm;
        var relative = TensorData.ToArray(linalg.eigvalsh(Symmetric(_whitening.t().mm(covariance).mm(_whitening))));
        var moments = new MomentComparison(
            TensorData.ToArray(mean),
            [.. variances.Select(Math.Sqrt)],
            Math.Sqrt(Scalars.Read(offset.Squared().sum()) / trace),
            Math.Sqrt(noise),
            SpecialFunctions.ChiSquareSurvival(distance / noise, Rank),
            Math.Sqrt(Scalars.Read((covariance - _covariance).Squared().sum())) / norm,
            expected,
            variances.Sum() / trace,
            _closedForm);
        int[] collapsed = [.. Enumerable.Range(0, variances.Length).Where(j => variances[j] < threshold * priorVariances[j])];
        var spectrum = new LatentSpectrum(
            EffectiveRank.OfEigenvalues(TensorData.ToArray(linalg.eigvalsh(covariance))),
            EffectiveRank.OfEigenvalues(Eigenvalues),
            collapsed,
            Math.Max(collapsed.Length, CollapsedDirections(relative, n, threshold)));
        return (moments, spectrum);
    }

    /// <summary>Eigenvalues below the threshold's share of (1 − √(rank/(n − 1)))², where those of n points begin whose law has the covariance I.</summary>
    private int CollapsedDirections(double[] eigenvalues, double n, double threshold)
    {
        // So few points leave directions without variance whatever their law.
        if (n - 1 <= Rank)
        {
            return 0;
        }

        var edge = 1 - Math.Sqrt(Rank / (n - 1));
        return eigenvalues.Count(v => v < threshold * edge * edge);
    }

    private static (Tensor Mean, Tensor Covariance) Stated(IMomentPrior prior)
    {
        var moments = prior.Moments;
        var d = (int)prior.Dimension;
        if (moments is null || moments.Mean.Count != d || moments.Covariance.GetLength(0) != d || moments.Covariance.GetLength(1) != d)
        {
            throw new ArgumentException($"Expected the prior's Moments to have a mean of {d} and a covariance of {d}×{d} values. Match them to its Dimension.", nameof(prior));
        }

        double[] covariance = [.. moments.Covariance.Cast<double>()];
        if (!covariance.Concat(moments.Mean).All(double.IsFinite))
        {
            throw new ArgumentException("Expected the prior's Moments to be finite, but they are not. State finite ones, or leave IMomentPrior out.", nameof(prior));
        }

        return (tensor(moments.Mean.ToArray()), Symmetric(TensorData.Matrix(covariance, d, d)));
    }

    private static (Tensor Mean, Tensor Covariance) Estimated(Tensor samples)
    {
        var mean = samples.mean([0L]);
        var centred = samples - mean;
        return (mean, centred.t().mm(centred).Over(samples.shape[0] - 1));
    }

    private static Tensor Symmetric(Tensor matrix) => matrix.Plus(matrix.t()).Over(2);
}

/// <summary>Mean and covariance of codes beside those of the prior.</summary>
/// <param name="Mean">The codes' mean, <c>d</c> values.</param>
/// <param name="StandardDeviation">The codes' standard deviations, <c>d</c> values.</param>
/// <param name="MeanError">‖mean − μ_P‖/√tr Σ_P ≥ 0: the offset in units of the prior's spread.</param>
/// <param name="MeanErrorExpected">What sampling noise alone gives (root mean square): 1/√n against closed-form moments.</param>
/// <param name="MeanPValue">p-value of n·(mean − μ_P)ᵀΣ_P⁻¹(mean − μ_P) against χ² with rank(Σ_P) degrees of freedom (Wald's test; asymptotic, for any prior of finite variance).</param>
/// <param name="CovarianceError">‖C − Σ_P‖_F/‖Σ_P‖_F ≥ 0.</param>
/// <param name="CovarianceErrorExpected">What sampling noise alone gives (root mean square): √((E‖p−μ_P‖⁴ − ‖Σ_P‖²_F)/n)/‖Σ_P‖_F, for a standard normal prior √((d+1)/n).</param>
/// <param name="VarianceRatio">tr C/tr Σ_P: below 1 codes are too narrow, above 1 too wide.</param>
/// <param name="ClosedForm">Whether the prior states its moments (<see cref="Priors.IMomentPrior"/>); they are estimated from samples otherwise, and the expected errors are larger for it.</param>
public sealed record MomentComparison(
    IReadOnlyList<double> Mean,
    IReadOnlyList<double> StandardDeviation,
    double MeanError,
    double MeanErrorExpected,
    double MeanPValue,
    double CovarianceError,
    double CovarianceErrorExpected,
    double VarianceRatio,
    bool ClosedForm)
{
    /// <summary>The mean of the codes, d values.</summary>
    public IReadOnlyList<double> Mean { get; init => field = Guard.CheckGiven(value, nameof(Mean)); } = Guard.CheckGiven(Mean, nameof(Mean));

    /// <summary>The standard deviations of the codes, d values.</summary>
    public IReadOnlyList<double> StandardDeviation { get; init => field = Guard.CheckGiven(value, nameof(StandardDeviation)); } = Guard.CheckGiven(StandardDeviation, nameof(StandardDeviation));
}
