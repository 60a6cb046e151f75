using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Metrics;

/// <summary>Does the distribution of codes Q_Z equal the prior P_Z? All measurements of one call, and what they mean in words.</summary>
/// <remarks>
/// Pass codes of validation examples (<c>trainer.Model.Encode</c>): those of the training set look better than new ones will.
/// <see cref="ToString"/> is a readable report; <see cref="Findings"/> says what is wrong.
/// </remarks>
public sealed record LatentDiagnosis
{
    /// <summary>The number n of codes.</summary>
    public required long Count { get; init; }

    /// <summary>The latent dimension d.</summary>
    public required long Dimension { get; init; }

    /// <summary>The permutation test of codes against prior samples, over several kernels; its first statistic is the MMD² of the first of them.</summary>
    public required PermutationTest TwoSampleTest { get; init => field = value ?? throw new ArgumentNullException(nameof(TwoSampleTest)); }

    /// <summary>Mean and covariance beside the prior's.</summary>
    public required MomentComparison Moments { get; init => field = value ?? throw new ArgumentNullException(nameof(Moments)); }

    /// <summary>Effective rank and collapsed dimensions.</summary>
    public required LatentSpectrum Spectrum { get; init => field = value ?? throw new ArgumentNullException(nameof(Spectrum)); }

    /// <summary>The two-sample Kolmogorov–Smirnov test of each coordinate against prior samples, d of them, uncorrected: D = sup |F_n − G_m| in [0, 1], and the asymptotic probability of a D at least as large under equal continuous distributions.</summary>
    public required IReadOnlyList<(double Statistic, double PValue)> Marginals { get; init => field = value ?? throw new ArgumentNullException(nameof(Marginals)); }

    /// <summary>Mardia's statistics of the codes; <see langword="null"/> where there are too few codes for their dimension.</summary>
    public required MardiaResult? Normality { get; init; }

    /// <summary>Mardia's statistics of as many prior samples: what the codes' are to be compared with where the prior is not Gaussian.</summary>
    public required MardiaResult? PriorNormality { get; init; }

    /// <summary>What was found, worst first; at least one note.</summary>
    public required IReadOnlyList<Finding> Findings { get; init => field = Guard.CheckItems(value, nameof(Findings)); }

    /// <summary>Whether nothing was found beyond notes: no test at the chosen level tells the codes from the prior.</summary>
    public bool Matches => Findings.All(f => f.Severity == FindingSeverity.Note);

    /// <summary>The smallest p-value of <see cref="Marginals"/> times their number (Bonferroni), at most 1.</summary>
    public double MarginalPValue => Math.Min(1, Marginals.Min(m => m.PValue) * Marginals.Count);

    /// <summary>Compares codes with a prior.</summary>
    /// <remarks>Computed on the CPU in float64, with random numbers from the options' seed alone: equal arguments give equal results.</remarks>
    /// <param name="codes">Codes of validation examples, <c>[n, d]</c> with n ≥ 2, float32 or float64, finite, on any device. A few hundred and more than 20·d are wanted.</param>
    /// <param name="prior">The prior, of dimension d.</param>
    /// <param name="options">Settings; the defaults when <see langword="null"/>.</param>
    /// <returns>The measurements and findings.</returns>
    /// <exception cref="ArgumentException">The shape does not fit, there is one code only, a code is not finite, an option is outside its range, or the prior's samples are not as promised.</exception>
    public static LatentDiagnosis Run(Tensor codes, IPrior prior, LatentDiagnosisOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(prior);
        options ??= new LatentDiagnosisOptions();
        options.Validate();
        Guard.CheckPoints(codes, nameof(codes), prior.Dimension);
        if (codes.shape[0] < 2)
        {
            throw new ArgumentException($"Expected at least 2 codes, but '{nameof(codes)}' has shape {Guard.Shape(codes)}. Encode more validation examples.", nameof(codes));
        }

        Guard.CheckFiniteValues(codes, nameof(codes));
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator(options.Seed);
        var points = TensorData.Float64Cpu(codes);
        var tested = Subset(points, options.MaximumTestCodes, generator);
        var partners = Draw(prior, Math.Max(tested.shape[0], Math.Min(3 * tested.shape[0], 2 * options.MaximumTestCodes - tested.shape[0])), generator);
        var reference = Draw(prior, options.PriorSamples, generator);
        var (moments, spectrum) = new MomentReference(prior, reference).Compare(points, options.CollapseThreshold);
        var diagnosis = new LatentDiagnosis
        {
            Count = points.shape[0],
            Dimension = prior.Dimension,
            TwoSampleTest = PermutationTest.Run(tested, partners, options.Kernels ?? PermutationTest.DefaultKernels(tested, partners, ImqKernel.ForPrior(prior)), options.Permutations, generator),
            Moments = moments,
            Spectrum = spectrum,
            Marginals = KolmogorovSmirnov.PerDimension(points, reference),
            Normality = MardiaTest.TryEvaluate(tested),
            PriorNormality = MardiaTest.TryEvaluate(partners.slice(0, 0, tested.shape[0], 1)),
            Findings = [],
        };
        return diagnosis with { Findings = DiagnosisFindings.Of(diagnosis, options.Level) };
    }

    /// <summary>The report: one line a measurement, then the findings.</summary>
    public override string ToString() => DiagnosisText.Of(this);

    private static Tensor Subset(Tensor points, long most, Generator generator)
        => points.shape[0] <= most ? points : points.index_select(0, randperm(points.shape[0], generator: generator).slice(0, 0, most, 1));

    private static Tensor Draw(IPrior prior, long count, Generator generator)
    {
        var samples = prior.Sample(count, generator, CPU, float64);
        Guard.CheckPoints(samples, nameof(prior), prior.Dimension);
        if (samples.shape[0] != count)
        {
            throw new ArgumentException($"Expected the prior to return {count} samples, but it returned the shape {Guard.Shape(samples)}. Return one row for each.", nameof(prior));
        }

        Guard.CheckFiniteValues(samples, nameof(prior));
        return TensorData.Float64Cpu(samples);
    }
}

/// <summary>Settings of a <see cref="LatentDiagnosis"/>.</summary>
public sealed record LatentDiagnosisOptions
{
    /// <summary>The kernels of the two-sample test, at least one.</summary>
    /// <value><see langword="null"/> (the default) for <see cref="PermutationTest.DefaultKernels"/>, the first of them the inverse multiquadratic kernel scaled to the prior.</value>
    public IReadOnlyList<IKernel>? Kernels { get; init; }

    /// <summary>Relabellings of the permutation test.</summary>
    /// <value>At least 19; 399 by default.</value>
    public int Permutations { get; init; } = PermutationTest.DefaultPermutations;

    /// <summary>
    /// The most codes that enter the two-sample test and Mardia's statistics, whose cost grows with the square; a random subset is taken of more. Prior samples are drawn for the test until
    /// there are twice this number of points, at most three times as many as codes: fewer codes meet more samples, which makes up for a part of what is lost.
    /// </summary>
    /// <value>At least 10; 1,000 by default (Gram matrices of 32 MB, some seconds of one core).</value>
    public int MaximumTestCodes { get; init; } = 1000;

    /// <summary>Prior samples that marginals are compared with, and moments where the prior does not state them.</summary>
    /// <value>At least 100; 10,000 by default.</value>
    public int PriorSamples { get; init; } = 10_000;

    /// <summary>The level α below which a p-value is reported as a finding.</summary>
    /// <value>In (0, 1); 0.01 by default. Five tests are made at it, so about 5α of the diagnoses of codes that do follow the prior have a warning (6 % to 8 % measured at 100 to 200 codes, where asymptotic p-values are rough).</value>
    public double Level { get; init; } = 0.01;

    /// <summary>The share of the prior's variance below which a dimension or direction counts as collapsed.</summary>
    /// <value>In (0, 1); 0.01 by default, a tenth of the standard deviation.</value>
    public double CollapseThreshold { get; init; } = 0.01;

    /// <summary>The seed of everything random in the diagnosis. The global generator is not touched, so that diagnosing does not change a training run.</summary>
    /// <value>Any number; 0 by default.</value>
    public ulong Seed { get; init; }

    internal void Validate()
    {
        Guard.CheckAtLeast(Permutations, 19);
        Guard.CheckAtLeast(MaximumTestCodes, 10);
        Guard.CheckAtLeast(PriorSamples, 100);
        Guard.CheckProbability(Level);
        Guard.CheckProbability(CollapseThreshold);
    }
}
