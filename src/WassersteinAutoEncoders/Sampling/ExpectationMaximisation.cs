using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Sampling;

/// <summary>One run of expectation maximisation for a Gaussian mixture.</summary>
internal static class ExpectationMaximisation
{
    /// <summary>Below this share of one code a component is left as it is: its covariance could not be estimated.</summary>
    private const double LeastMass = 1e-8;

    public readonly record struct Outcome(IReadOnlyList<GaussianComponent> Components, IReadOnlyList<double> Objective, bool Converged);

    /// <summary>Iterates from an assignment of points, <c>[n, k]</c>, float64.</summary>
    public static Outcome Run(Tensor points, Tensor responsibilities, double ridge, GaussianMixtureFitOptions options)
    {
        using var scope = NewDisposeScope();
        var (n, d) = (points.shape[0], (int)points.shape[1]);
        var parts = new Part?[responsibilities.shape[1]];
        var objective = new List<double>();
        var converged = false;
        var current = responsibilities.clone();
        while (!converged && objective.Count < options.MaximumIterations)
        {
            using var step = NewDisposeScope();
            Maximise(points, current, ridge, parts);
            var (next, value) = Expect(points, parts, ridge);
            converged = objective.Count > 0 && value - objective[^1] < options.Tolerance;
            objective.Add(value);
            current.Dispose();
            current = next.MoveToOuterDisposeScope();
        }

        var components = parts.OfType<Part>().Where(p => p.Weight * n > LeastMass).Select(p => new GaussianComponent(p.Mean, Square(p.Covariance, d), p.Weight));
        return new([.. components], objective, converged);
    }

    private static void Maximise(Tensor points, Tensor responsibilities, double ridge, Part?[] parts)
    {
        var (n, d) = (points.shape[0], (int)points.shape[1]);
        var masses = TensorData.ToArray(responsibilities.sum(0L));
        for (var k = 0; k < parts.Length; k++)
        {
            if (masses[k] <= LeastMass)
            {
                parts[k] = parts[k] is { } old ? old with { Weight = masses[k] / n } : null;
                continue;
            }

            using var scope = NewDisposeScope();
            var share = responsibilities.slice(1, k, k + 1, 1);
            var mean = (points * share).sum(0L).Over(masses[k]);
            var centred = points - mean;
            var covariance = TensorData.ToArray(centred.t().mm(centred * share).Over(masses[k]));
            for (var i = 0; i < d; i++)
            {
                covariance[i * d + i] += ridge;
            }

            parts[k] = new Part(masses[k] / n, TensorData.ToArray(mean), covariance);
        }
    }

    /// <summary>The responsibilities under the current components, and the mean penalised log-likelihood.</summary>
    private static (Tensor Responsibilities, double Objective) Expect(Tensor points, Part?[] parts, double ridge)
    {
        var d = (int)points.shape[1];
        var terms = new Tensor[parts.Length];
        for (var k = 0; k < parts.Length; k++)
        {
            if (parts[k] is not { Weight: > 0 } part)
            {
                terms[k] = zeros([points.shape[0]], ScalarType.Float64).Minus(double.PositiveInfinity);
                continue;
            }

            var factor = Cholesky.Factor(part.Covariance, d)
                ?? throw new ArgumentException("Expected codes whose scales differ by less than seven orders of magnitude, but a component's covariance is singular in float64. Raise the ridge, or scale the dimensions.", "codes");
            var inverse = Cholesky.InvertLower(factor, d);
            var penalty = ridge * inverse.Sum(v => v * v);
            var offset = Math.Log(part.Weight) - 0.5 * (d * Math.Log(2 * Math.PI) + Cholesky.LogDeterminant(factor, d) + penalty);
            var white = (points - tensor(part.Mean)).mm(TensorData.Matrix(inverse, d, d).t());
            terms[k] = white.Squared().sum(1).Times(-0.5).Plus(offset);
        }

        var joint = stack(terms, 1);
        var total = joint.logsumexp(1);
        return ((joint - total.unsqueeze(1)).exp(), Scalars.Read(total.mean()));
    }

    private static double[,] Square(double[] values, int d)
    {
        var matrix = new double[d, d];
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j < d; j++)
            {
                // Products of matrices are symmetric up to rounding only.
                matrix[i, j] = (values[i * d + j] + values[j * d + i]) / 2;
            }
        }

        return matrix;
    }

    private sealed record Part(double Weight, double[] Mean, double[] Covariance);
}
