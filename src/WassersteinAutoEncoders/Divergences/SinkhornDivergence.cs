using TorchSharp;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The Sinkhorn divergence S_ε(q, p) = OT_ε(q, p) − ½·OT_ε(q, q) − ½·OT_ε(p, p), debiased entropic optimal transport (Feydy et al. 2019).</summary>
/// <remarks>
/// <para>OT_ε(q, p) = min over plans π with uniform marginals a, b of Σ π_ij·½‖q_i − p_j‖² + ε·KL(π | a⊗b). As ε → 0, S_ε tends to ½·W₂²;
/// as ε → ∞, to ½·‖mean q − mean p‖². Never negative at convergence, 0 for identical samples.</para>
/// <para>Potentials are iterated in the log domain without recording gradients: f ← T g, g ← T f, over-relaxed, with
/// (T g)_i = −ε·log Σ_j b_j·exp((g_j − C_ij)/ε) between the samples, and p ← ½(p + T p) within each, which halves its error at least. By the envelope theorem the gradient
/// at q_i is a_i·(Σ_j π^qq_ij·q_j − Σ_j π^qp_ij·p_j), plans with rows of sum 1; it is attached in this closed form, so that memory does not grow with the iterations.
/// It is exact at convergence, and has no second derivative: differentiating it again gives 0 for the plans' dependence on the codes.</para>
/// <para>Whether an evaluation converged is in <see cref="LastReport"/>; the value is an approximation from below either way.
/// Costs are held as matrices up to 2²⁴ elements and recomputed block by block beyond. The convergence test waits for the
/// device every few iterations. Instances are not to be shared between threads.</para>
/// </remarks>
public sealed class SinkhornDivergence : ILatentDivergence
{
    private const int ChecksEvery = 5;

    /// <summary>Creates the divergence.</summary>
    /// <param name="options">Regularisation, tolerance and limits; the defaults when <see langword="null"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public SinkhornDivergence(SinkhornOptions? options = null) => Options = (options ?? new SinkhornOptions()).Validated();

    /// <summary>The settings.</summary>
    public SinkhornOptions Options { get; }

    /// <summary>How the last call of <see cref="Evaluate"/> ended; <see langword="null"/> before the first.</summary>
    public SinkhornReport? LastReport { get; private set; }

    /// <summary>Costs of more elements than this are computed block by block.</summary>
    internal long BlockElements { get; init; } = 1L << 24;

    /// <inheritdoc/>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        var samples = PriorSamples.For(encoded, prior);
        using var scope = NewDisposeScope();
        var (value, gradient) = Solve(encoded.detach(), samples.detach());
        if (encoded.requires_grad && is_grad_enabled())
        {
            value = ClosedForm.Attach(encoded, gradient, value);
        }

        return value.MoveToOuterDisposeScope();
    }

    private (Tensor Value, Tensor Gradient) Solve(Tensor encoded, Tensor prior)
    {
        using var noGradient = no_grad();

        // Distances do not change when both samples move, and cost fewer digits near the origin.
        var centre = prior.mean([0L]);
        var (x, y) = (encoded - centre, prior - centre);
        var across = new TransportCost(x, y, BlockElements);
        var back = across.Transposed();
        var withinX = new TransportCost(x, x, BlockElements);
        var withinY = new TransportCost(y, y, BlockElements);
        var p = SolveWithin(withinX);
        var q = SolveWithin(withinY);
        var (f, g) = SolveAcross(across, back, p, q);

        // (T g, g) and (f, T f) are feasible pairs: each one's dual value is a bound from below, wrong only in the second order of the potentials' error.
        var (fullF, planned) = across.SoftMinimum(g, Options.Epsilon, withMean: true);
        var (fullP, plannedWithin) = withinX.SoftMinimum(p, Options.Epsilon, withMean: true);
        var fullG = back.SoftMinimum(f, Options.Epsilon).Values;
        var fullQ = withinY.SoftMinimum(q, Options.Epsilon).Values;
        var value = (fullF.mean() + f.mean() + fullG.mean() + g.mean() - fullP.mean() - p.mean() - fullQ.mean() - q.mean()) * 0.5;
        return (value, (plannedWithin! - planned!) / encoded.shape[0]);
    }

    private (Tensor F, Tensor G) SolveAcross(TransportCost across, TransportCost back, Tensor p, Tensor q)
    {
        using var scope = NewDisposeScope();
        var f = across.Zeros();
        var g = back.Zeros();
        foreach (var epsilon in Schedule(across))
        {
            f = across.SoftMinimum(g, epsilon).Values;
            g = back.SoftMinimum(f, epsilon).Values;
        }

        // Of two starts the better one. For identical samples the potentials within them are the solution, and the divergence is 0.
        var isBetter = Violation(p, across.SoftMinimum(q, Options.Epsilon).Values).lt(Violation(f, across.SoftMinimum(g, Options.Epsilon).Values));
        f = where(isBetter, p, f);
        g = where(isBetter, q, g);

        var relaxation = new OverRelaxation(ChecksEvery);
        var (iterations, error) = (0, double.NaN);
        while (iterations < Options.MaximumIterations && !(error <= Options.Tolerance))
        {
            iterations++;
            var check = Options.Tolerance > 0 && (iterations % ChecksEvery == 0 || iterations == Options.MaximumIterations);
            var violations = new List<Tensor>();
            f = Updated(across, g, f);
            g = Updated(back, f, g);
            if (check)
            {
                error = violations[0].maximum(violations[1]).ToDouble();
                relaxation.Observe(error);
            }

            Tensor Updated(TransportCost cost, Tensor given, Tensor old)
            {
                using var step = NewDisposeScope();
                var updated = cost.SoftMinimum(given, Options.Epsilon).Values;
                if (check)
                {
                    violations.Add(Violation(old, updated).MoveToOuterDisposeScope());
                }

                return (old + (updated - old) * relaxation.Factor).MoveToOuterDisposeScope();
            }
        }

        LastReport = new SinkhornReport(error <= Options.Tolerance, iterations, error);
        return (f.MoveToOuterDisposeScope(), g.MoveToOuterDisposeScope());
    }

    private Tensor SolveWithin(TransportCost cost)
    {
        using var scope = NewDisposeScope();

        // Every point is its own nearest neighbour, so that zeros are never far from the solution: no scaling.
        var p = cost.Zeros();
        var error = double.NaN;
        for (var i = 1; i <= Options.MaximumIterations && !(error <= Options.Tolerance); i++)
        {
            var before = p;
            p = Averaged(p);
            if (Options.Tolerance > 0 && i % ChecksEvery == 0)
            {
                using var step = NewDisposeScope();
                error = Violation(before, p * 2 - before).ToDouble();
            }
        }

        return p.MoveToOuterDisposeScope();

        Tensor Averaged(Tensor potential)
        {
            using var step = NewDisposeScope();
            return ((potential + cost.SoftMinimum(potential, Options.Epsilon).Values) * 0.5).MoveToOuterDisposeScope();
        }
    }

    /// <summary>How far the marginals a_i·exp((f_i − (T g)_i)/ε) of the plan of (f, g) are from a, in total variation.</summary>
    private Tensor Violation(Tensor potential, Tensor updated)
        => (((potential - updated) / Options.Epsilon).exp() - 1).abs().mean() * 0.5;

    private IEnumerable<double> Schedule(TransportCost cost)
    {
        if (Options.Scaling is not { } ratio)
        {
            yield break;
        }

        // Codes that are not finite give no schedule, and a value that is not finite.
        var epsilon = cost.Largest();
        for (; double.IsFinite(epsilon) && epsilon > Options.Epsilon; epsilon *= ratio)
        {
            yield return epsilon;
        }
    }
}
