using System.Runtime.CompilerServices;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences.Moments;

/// <summary>The mean of a prior and the roots of its covariance Σ, worked out once for each prior.</summary>
internal sealed class PriorRoots
{
    private const double Vanishing = 1e-12;
    private static readonly ConditionalWeakTable<IMomentPrior, PriorRoots> Known = [];

    private readonly double[] _mean;
    private readonly double[]? _root;
    private readonly double[]? _inverse;

    private PriorRoots(PriorMoments moments)
    {
        var d = moments.Mean.Count;
        _mean = [.. moments.Mean];
        for (var i = 0; i < d; i++)
        {
            Trace += moments.Covariance[i, i];
        }

        Deviation = Math.Sqrt(Trace / d);
        if (IsIsotropic(moments.Covariance, Trace / d))
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (values, vectors) = linalg.eigh(tensor(moments.Covariance));
        values = values.clamp_min(0);
        _root = Values((vectors * values.sqrt()).mm(vectors.t()));

        // Where the prior has no extent, codes count in the unit of its other coordinates.
        var present = values.gt(values.max() * Vanishing);
        var inverse = where(present, values.clamp_min(double.Epsilon).rsqrt() * Deviation, ones_like(values));
        _inverse = Values((vectors * inverse).mm(vectors.t()));
    }

    /// <summary>tr Σ.</summary>
    public double Trace { get; }

    /// <summary>s with s² = tr Σ/d, the root of the mean variance of a coordinate.</summary>
    public double Deviation { get; }

    /// <summary>The roots of a prior.</summary>
    public static PriorRoots Of(IMomentPrior prior) => Known.GetValue(prior, static p => new PriorRoots(p.Moments));

    /// <summary>E p, <c>[d]</c>, float64.</summary>
    public Tensor Mean(Device device) => tensor(_mean).to(device);

    /// <summary>Points times Σ^½.</summary>
    public Tensor TimesRoot(Tensor points) => Times(points, _root, Deviation);

    /// <summary>Points times s·Σ^−½, which is the identity for Σ = s²I.</summary>
    public Tensor Whitened(Tensor points) => Times(points, _inverse, 1);

    private static Tensor Times(Tensor points, double[]? matrix, double factor)
        => matrix is null ? points * factor : points.mm(tensor(matrix, [points.shape[1], points.shape[1]]).to(points.device));

    private static double[] Values(Tensor matrix) => matrix.contiguous().data<double>().ToArray();

    private static bool IsIsotropic(double[,] covariance, double variance)
    {
        for (var i = 0; i < covariance.GetLength(0); i++)
        {
            for (var j = 0; j < covariance.GetLength(1); j++)
            {
                if (Math.Abs(covariance[i, j] - (i == j ? variance : 0)) > variance * Vanishing)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
