using System.Collections.Concurrent;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Kernels.Radial;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The radial function of the Cramér–Wold distance, φ_d(‖x − y‖²/(4γ)), as a kernel: it takes the fast path of the MMD.</summary>
internal sealed class CramerWoldKernel : IMatrixKernel
{
    private static readonly DeviceNumbers One = new(1);
    private readonly long _dimension;
    private readonly CramerWoldForm _form;
    private readonly double _rate;
    private readonly ChebyshevProfile<double> _series;
    private readonly ChebyshevProfile<float> _singleSeries;

    /// <summary>Creates the kernel.</summary>
    /// <param name="dimension">d.</param>
    /// <param name="form">Which form of φ_d applies.</param>
    /// <param name="gamma">γ.</param>
    public CramerWoldKernel(long dimension, CramerWoldForm form, double gamma)
    {
        _dimension = dimension;
        _form = CramerWoldProfile.Checked(form, dimension);
        _rate = 1 / (4 * gamma);
        if (_form != CramerWoldForm.Exact || dimension == 1)
        {
            return;
        }

        _series = ChebyshevProfile<double>.Of(CramerWoldProfile.Exactly(dimension), _rate, 1e-13);
        _singleSeries = ChebyshevProfile<float>.Of(CramerWoldProfile.Exactly(dimension), _rate, 1e-8);
    }

    /// <inheritdoc/>
    public Tensor Gram(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        return CramerWoldProfile.Evaluate(SquaredDistances.Between(x, y).Times(_rate), _dimension, _form).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Profile(ReadOnlySpan<double> squaredDistances, Span<double> values, Span<double> derivatives)
    {
        if (_form == CramerWoldForm.Asymptotic)
        {
            ProfileLoop.Run(new InverseRootProfile<double>(AsymptoticRate), squaredDistances, values, derivatives);
        }
        else if (_dimension == 1)
        {
            ProfileLoop.Run(new RbfProfile<double>([_rate]), squaredDistances, values, derivatives);
        }
        else
        {
            ProfileLoop.Run(_series, squaredDistances, values, derivatives);
        }
    }

    /// <inheritdoc/>
    public void Profile(ReadOnlySpan<float> squaredDistances, Span<float> values, Span<float> derivatives)
    {
        if (_form == CramerWoldForm.Asymptotic)
        {
            ProfileLoop.Run(new InverseRootProfile<float>((float)AsymptoticRate), squaredDistances, values, derivatives);
        }
        else if (_dimension == 1)
        {
            ProfileLoop.Run(new RbfProfile<float>([(float)_rate]), squaredDistances, values, derivatives);
        }
        else
        {
            ProfileLoop.Run(_singleSeries, squaredDistances, values, derivatives);
        }
    }

    DeviceNumbers IMatrixKernel.ValueFactors(ScalarType element) => IsSeries ? CramerWoldProfile.Exactly(_dimension).Cosines(element).Factors : One;

    double IMatrixKernel.SlopeFactor => _form == CramerWoldForm.Asymptotic ? -AsymptoticRate / 2
        : _dimension == 1 ? -_rate
        : -_rate / (2 * CramerWoldProfile.Exactly(_dimension).Centre);

    (Tensor Values, Tensor? Slopes) IMatrixKernel.Evaluate(Tensor squared, long slopeRows)
    {
        if (!IsSeries)
        {
            var value = _form == CramerWoldForm.Asymptotic ? squared.Times(AsymptoticRate).Plus(1).rsqrt_() : squared.Times(-_rate).exp_();
            var leading = value.narrow(0, 0, slopeRows);
            return (value.unsqueeze(0), slopeRows == 0 ? null : _form == CramerWoldForm.Asymptotic ? leading.Power(3) : leading);
        }

        var profile = CramerWoldProfile.Exactly(_dimension);
        var series = profile.Cosines(squared.dtype);
        var grown = squared.Times(_rate / profile.Centre);
        var tangents = grown.sqrt();
        var angles = tangents.atan().unsqueeze(0) * series.Multiples.On(squared, squared.dtype);
        if (slopeRows == 0)
        {
            return (angles.cos_(), null);
        }

        var slopes = angles.narrow(1, 0, slopeRows).sin().mul_(series.SlopeFactors.On(squared, squared.dtype)).sum([0]);
        return (angles.cos_(), slopes.div_(tangents.narrow(0, 0, slopeRows) * grown.narrow(0, 0, slopeRows).Plus(1)));
    }

    private bool IsSeries => _form == CramerWoldForm.Exact && _dimension > 1;

    private double AsymptoticRate => _rate * 4 / (2 * _dimension - 3);
}

/// <summary>φ_d(s) = ₁F₁(½; d/2; −s), the mean of exp(−s·(θᵀe)²) over unit vectors θ, as differentiable operations on tensors.</summary>
/// <remarks>
/// √(1 + s/c)·φ_d(s) is bounded and smooth in x = (s − c)/(s + c) ∈ [−1, 1], up to s = ∞, so that one short Chebyshev series holds for
/// every s ≥ 0: for d = 8, 16 coefficients exceed 1e-9. Series are computed once a dimension, in float64.
/// </remarks>
internal sealed class CramerWoldProfile
{
    private const int Nodes = 64;
    private static readonly ConcurrentDictionary<long, CramerWoldProfile> Exact = new();
    private readonly double[] _coefficients;
    private readonly double _centre;
    private readonly Lazy<CosineSeries> _cosines;
    private readonly Lazy<CosineSeries> _singleCosines;

    private CramerWoldProfile(long dimension)
    {
        // Chosen by the number of coefficients that 1e-9 takes for d from 2 to 64.
        _centre = 2.0 * dimension + 8;
        _coefficients = Coefficients(dimension, _centre);
        _cosines = new(() => new CosineSeries(Leading(1e-13)));
        _singleCosines = new(() => new CosineSeries(Leading(1e-8)));
    }

    /// <summary>A form that there is in d dimensions.</summary>
    /// <exception cref="ArgumentException">The asymptotic form was asked for in one dimension.</exception>
    public static CramerWoldForm Checked(CramerWoldForm form, long dimension) => form == CramerWoldForm.Asymptotic && dimension < 2
        ? throw new ArgumentException("Expected at least two dimensions for the asymptotic form, but the codes have one. Use CramerWoldForm.Exact.", nameof(form))
        : form;

    /// <summary>φ_d(s), elementwise, for s ≥ 0.</summary>
    public static Tensor Evaluate(Tensor s, long dimension, CramerWoldForm form)
        => Checked(form, dimension) == CramerWoldForm.Asymptotic ? s.Times(4.0 / (2 * dimension - 3)).Plus(1).rsqrt()
        : dimension == 1 ? s.neg().exp()
        : Exactly(dimension).Series(s);

    /// <summary>The exact form in d ≥ 2 dimensions.</summary>
    public static CramerWoldProfile Exactly(long dimension) => Exact.GetOrAdd(dimension, static d => new CramerWoldProfile(d));

    /// <summary>c, which the series is centred on.</summary>
    public double Centre => _centre;

    /// <summary>The series as one of cosines, for an element type.</summary>
    public CosineSeries Cosines(ScalarType element) => (element == ScalarType.Float64 ? _cosines : _singleCosines).Value;

    /// <summary>The coefficients of the series, and those of its derivative in x, without the last ones, which a precision does not see.</summary>
    public (double[] Values, double[] Derivatives) Truncated(double negligible)
    {
        var values = Leading(negligible);
        var derivatives = new double[Math.Max(1, values.Length - 1)];
        for (var k = values.Length - 1; k >= 1; k--)
        {
            derivatives[k - 1] = 2 * k * values[k] + (k + 1 < derivatives.Length ? derivatives[k + 1] : 0);
        }

        derivatives[0] /= 2;
        return (values, derivatives);
    }

    private double[] Leading(double negligible) => _coefficients[..(Array.FindLastIndex(_coefficients, c => Math.Abs(c) > negligible) + 1)];

    private Tensor Series(Tensor s)
    {
        using var scope = NewDisposeScope();
        var coefficients = Leading(s.dtype == ScalarType.Float64 ? 1e-13 : 1e-8);

        // x = 1 − 2c/(s + c): written so, s = ∞ gives 1 rather than NaN. Clenshaw's recurrence: monomials would cancel.
        var x = s.Plus(_centre).reciprocal().Times(-2 * _centre).Plus(1);
        var twice = x.Times(2);
        Tensor next = s.Filled(coefficients[^1]), afterNext = zeros_like(s);
        for (var k = coefficients.Length - 2; k >= 1; k--)
        {
            (next, afterNext) = ((twice * next - afterNext).Plus(coefficients[k]), next);
        }

        var sum = (x * next - afterNext).Plus(coefficients[0]);
        return (sum * s.Over(_centre).Plus(1).rsqrt()).MoveToOuterDisposeScope();
    }

    private static double[] Coefficients(long dimension, double centre)
    {
        var values = new double[Nodes];
        for (var k = 0; k < Nodes; k++)
        {
            var x = Math.Cos(Math.PI * (k + 0.5) / Nodes);
            var s = centre * (1 + x) / (1 - x);
            values[k] = ConfluentHypergeometric.HalfNegative(dimension / 2.0, s) * Math.Sqrt(1 + s / centre);
        }

        var coefficients = new double[Nodes];
        for (var j = 0; j < Nodes; j++)
        {
            for (var k = 0; k < Nodes; k++)
            {
                coefficients[j] += values[k] * Math.Cos(Math.PI * j * (k + 0.5) / Nodes) * (j == 0 ? 1.0 : 2.0) / Nodes;
            }
        }

        return coefficients;
    }
}

/// <summary>φ_d(s) = Σ_j e_j·cos((2j + 1)·ψ) with tan²ψ = s/c, and φ_d′(s) = −Σ_j (2j + 1)·e_j·sin((2j + 1)·ψ)/(2c·tanψ·(1 + tan²ψ)).</summary>
/// <remarks>The Chebyshev series: x = (s − c)/(s + c) = −cos 2ψ, so that T_k(x) = (−1)ᵏ·cos 2kψ, and its factor (1 + s/c)^−½ is cos ψ, which moves each cosine into two. All terms are evaluated at once, where a recurrence takes them one after the other.</remarks>
internal sealed class CosineSeries
{
    public CosineSeries(ReadOnlySpan<double> coefficients)
    {
        var count = coefficients.Length;
        var (multiples, factors, slopes) = (new double[count], new double[count], new double[count]);
        for (var j = 0; j < count; j++)
        {
            var next = j + 1 < count ? coefficients[j + 1] : 0;
            multiples[j] = (2 * j) + 1;
            factors[j] = (j % 2 == 0 ? 1 : -1) * (j == 0 ? coefficients[0] - next / 2 : (coefficients[j] - next) / 2);
            slopes[j] = multiples[j] * factors[j];
        }

        (Multiples, Factors, SlopeFactors) = (new(multiples), new(factors), new(slopes));
    }

    /// <summary>2j + 1.</summary>
    public DeviceNumbers Multiples { get; }

    /// <summary>e_j.</summary>
    public DeviceNumbers Factors { get; }

    /// <summary>(2j + 1)·e_j.</summary>
    public DeviceNumbers SlopeFactors { get; }
}
