using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The Sinkhorn divergence S_ε(q, p) = OT_ε(q, p) − ½·OT_ε(q, q) − ½·OT_ε(p, p), debiased entropic optimal transport with the cost ½‖x − y‖²: it tends to half of W₂² (Feydy et al. 2019).</summary>
/// <remarks>
/// <para>OT_ε(q, p) = min over plans π with marginals a, b, uniform unless weights are given, of Σ π_ij·½‖q_i − p_j‖² + ε·KL(π | a⊗b). As ε → 0, S_ε tends to ½·W₂²;
/// as ε → ∞, to ½·‖mean q − mean p‖².</para>
/// <para>Potentials are iterated in the log domain without recording gradients: f ← T g, g ← T f, over-relaxed, with
/// (T g)_i = −ε·log Σ_j b_j·exp((g_j − C_ij)/ε) between the samples, and p ← ½(p + T p) within each, which halves its error at least. By the envelope theorem the gradient
/// at q_i is a_i·(Σ_j π^qq_ij·q_j − Σ_j π^qp_ij·p_j), plans with rows of sum 1, and the like at p_j where the prior samples require a gradient; it is attached in this closed form,
/// so that memory does not grow with the iterations. A second derivative is NaN.</para>
/// <para>With <see cref="SinkhornOptions.Reach"/> the marginals are held by ρ·KL: T g is multiplied with ρ/(ρ + ε), the value is the dual one, and S_ε has ½ε·(Σa − Σb)² added
/// (Séjourné et al. 2019, equations 15 and 22). With <see cref="SinkhornOptions.Cost"/> the gradient is that of Σ π_ij·c(q_i, p_j) under fixed plans.</para>
/// <para>Value and gradient are those of the limit up to what <see cref="SinkhornOptions.Tolerance"/> leaves. Each of the three terms is a dual value, from below and wrong only in the second order of the
/// error of its potentials; as two of them are subtracted, S_ε may come out on either side, below 0 by as much, and for identical samples within rounding of 0 rather than 0. The gradient is wrong in the
/// first order. <see cref="LastReport"/> says how far each problem came.</para>
/// <para>Costs are held as matrices up to 2²⁴ elements and recomputed block by block beyond. In memory the exponentials are kept as well, and an iteration is a product of a matrix and a vector as long as
/// potentials stay within 10·ε of those they were made for. The convergence test waits for the device every few iterations. Instances are not to be shared between threads.</para>
/// </remarks>
public sealed class SinkhornDivergence : ILatentDivergence
{
    private const int ChecksEvery = 5;

    /// <summary>Creates the divergence.</summary>
    /// <param name="options">Regularisation, tolerance and limits; the defaults when <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">An option is outside its range, or there is a cost of one's own without ε.</exception>
    public SinkhornDivergence(SinkhornOptions? options = null) => Options = (options ?? new SinkhornOptions()).Validated();

    /// <summary>The settings.</summary>
    public SinkhornOptions Options { get; }

    /// <summary>How the last call of <see cref="Evaluate(Tensor, PriorSamples)"/> ended; <see langword="null"/> before the first.</summary>
    public SinkhornReport? LastReport { get; private set; }

    /// <summary>Costs of more elements than this are computed block by block.</summary>
    internal long BlockElements { get; init; } = 1L << 24;

    /// <inheritdoc/>
    /// <remarks>Differentiable in the prior samples too, where they require a gradient.</remarks>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior) => Evaluate(encoded, null, prior, null);

    /// <summary>The divergence of weighted samples.</summary>
    /// <param name="encoded">Codes, <c>[n, d]</c>, float32 or float64.</param>
    /// <param name="encodedWeights">a, <c>[n]</c>, of the codes' element type and device, finite, ≥ 0, of positive sum; 1/n each when <see langword="null"/>. Divided by their sum, but for a <see cref="SinkhornOptions.Reach"/>, where the mass counts.</param>
    /// <param name="prior">P_Z or m samples, as for the unweighted form.</param>
    /// <param name="priorWeights">b, <c>[m]</c>, the like; 1/m each when <see langword="null"/>.</param>
    /// <returns>A scalar of shape <c>[]</c>, differentiable in codes and samples, not in the weights. Checking weights waits for the device.</returns>
    /// <exception cref="ArgumentException">Shapes, element types or devices do not fit, or weights are not as promised.</exception>
    public Tensor Evaluate(Tensor encoded, Tensor? encodedWeights, PriorSamples prior, Tensor? priorWeights)
    {
        var samples = PriorSamples.For(encoded, prior);
        using var scope = NewDisposeScope();
        var epsilon = Options.Epsilon ?? prior.CoordinateVariance / 2;
        var a = Weights(encodedWeights, encoded, nameof(encodedWeights));
        var b = Weights(priorWeights, samples, nameof(priorWeights));
        var (value, gradient, priorGradient) = Solve(encoded.detach(), a, samples.detach(), b, epsilon);
        return ClosedForm.Attach(encoded, gradient, samples, priorGradient, value).MoveToOuterDisposeScope();
    }

    private (Tensor Value, Tensor Gradient, Tensor PriorGradient) Solve(Tensor encoded, Tensor a, Tensor prior, Tensor b, double epsilon)
    {
        using var noGradient = no_grad();

        // Distances do not change when both samples move, and cost fewer digits near the origin.
        var centre = Options.Cost is null ? prior.mean([0L]) : zeros_like(prior[0]);
        var (x, y) = (encoded - centre, prior - centre);
        var (logA, logB) = (a.log(), b.log());
        using var across = new TransportCost(x, y, logB, BlockElements, Options.Cost);
        using var back = across.Transposed(logA);
        using var withinX = new TransportCost(x, x, logA, BlockElements, Options.Cost);
        using var withinY = new TransportCost(y, y, logB, BlockElements, Options.Cost);
        var (p, withinCodes) = SolveWithin(withinX, a, epsilon);
        var (q, withinPrior) = SolveWithin(withinY, b, epsilon);
        var (f, g, between) = SolveAcross(across, back, p, q, a, b, epsilon);
        LastReport = new SinkhornReport(between, withinCodes, withinPrior);

        // (T g, g) and (f, T f) are feasible pairs: each one's dual value is a bound from below, wrong only in the second order of the potentials' error.
        var withMean = Options.Cost is null;
        var (fullF, planned) = across.SoftMinimum(g, epsilon, withMean);
        var (fullP, plannedWithin) = withinX.SoftMinimum(p, epsilon, withMean);
        var (fullG, plannedBack) = back.SoftMinimum(f, epsilon, withMean);
        var (fullQ, plannedWithinPrior) = withinY.SoftMinimum(q, epsilon, withMean);
        var value = (Dual(a, fullF, b, g, epsilon).Plus(Dual(b, fullG, a, f, epsilon)) - Dual(a, fullP, a, p, epsilon) - Dual(b, fullQ, b, q, epsilon)).Times(0.5);
        if (Options.Reach is not null)
        {
            value = value.Plus((a.sum() - b.sum()).Squared().Times(epsilon / 2));
        }

        var (massX, massY, massXX, massYY) = (Masses(a, fullF, epsilon), Masses(b, fullG, epsilon), Masses(a, fullP, epsilon), Masses(b, fullQ, epsilon));
        if (Options.Cost is { } cost)
        {
            var (gradient, priorGradient) = Gradients(cost, x, y, across.Plan(g, massX, epsilon), withinX.Plan(p, massXX, epsilon), withinY.Plan(q, massYY, epsilon));
            return (value, gradient, priorGradient);
        }

        return (value, Pull(x, massX, planned!, massXX, plannedWithin!), Pull(y, massY, plannedBack!, massYY, plannedWithinPrior!));
    }

    /// <summary>m_i·(x_i − mean_i) across minus the same within; x_i itself drops out where the masses are the weights.</summary>
    private Tensor Pull(Tensor x, Tensor masses, Tensor means, Tensor massesWithin, Tensor meansWithin)
    {
        var pull = meansWithin * massesWithin.unsqueeze(1) - means * masses.unsqueeze(1);
        return Options.Reach is null ? pull : pull.Plus(x * (masses - massesWithin).unsqueeze(1));
    }

    private static (Tensor, Tensor) Gradients(Func<Tensor, Tensor, Tensor> cost, Tensor x, Tensor y, Tensor across, Tensor withinX, Tensor withinY)
    {
        using var recording = enable_grad();
        var (left, right) = (x.detach().requires_grad_(true), y.detach().requires_grad_(true));
        var total = (cost(left, right) * across).sum() - (cost(left, left) * withinX).sum().Plus((cost(right, right) * withinY).sum()).Times(0.5);
        if (!total.requires_grad)
        {
            return (zeros_like(x), zeros_like(y));
        }

        var found = autograd.grad([total], [left, right], allow_unused: true);
        return (found[0] is { IsInvalid: false } l ? l : zeros_like(x), found[1] is { IsInvalid: false } r ? r : zeros_like(y));
    }

    /// <summary>ρ/(ρ + ε), or 1 where marginals are exact.</summary>
    private double Damping(double epsilon) => Options.Reach is { } reach ? 1 / (1 + epsilon / (reach * reach)) : 1;

    /// <summary>The dual value of the potentials ρ/(ρ + ε)·T g on the one side and g on the other.</summary>
    private Tensor Dual(Tensor weights, Tensor full, Tensor otherWeights, Tensor given, double epsilon)
    {
        if (Options.Reach is not { } reach)
        {
            return (weights * full).sum().Plus((otherWeights * given).sum());
        }

        var rho = reach * reach;
        return Kept(weights, full.Times(Damping(epsilon))).Plus(Kept(otherWeights, given)) - (Masses(weights, full, epsilon).sum() - weights.sum() * otherWeights.sum()).Times(epsilon);

        Tensor Kept(Tensor masses, Tensor potential) => (masses * potential.Times(-1 / rho).expm1()).sum().Times(-rho);
    }

    /// <summary>The masses of the plan's rows: the weights, or a_i·exp((f_i − (T g)_i)/ε) for f = ρ/(ρ + ε)·T g.</summary>
    private Tensor Masses(Tensor weights, Tensor full, double epsilon)
        => Options.Reach is { } reach ? weights * full.Times(-1 / (reach * reach + epsilon)).exp() : weights;

    private (Tensor F, Tensor G, (bool Converged, int Iterations, double MarginalError) Report) SolveAcross(TransportCost across, TransportCost back, Tensor p, Tensor q, Tensor a, Tensor b, double epsilon)
    {
        using var scope = NewDisposeScope();
        var f = across.Zeros();
        var g = back.Zeros();
        var largest = Options.Scaling is null && Options.Tolerance == 0 ? 0 : across.Largest();
        foreach (var larger in Schedule(largest, epsilon))
        {
            f = across.SoftMinimum(g, larger).Values.Times(Damping(larger));
            g = back.SoftMinimum(f, larger).Values.Times(Damping(larger));
        }

        // Of two starts the better one. For identical samples the potentials within them are the solution.
        var damping = Damping(epsilon);
        var isBetter = Violation(p, across.SoftMinimum(q, epsilon).Values.Times(damping), a, epsilon).lt(Violation(f, across.SoftMinimum(g, epsilon).Values.Times(damping), a, epsilon));
        f = where(isBetter, p, f);
        g = where(isBetter, q, g);

        // Potentials are of the size of the costs, and half a rounding of them is as much of a marginal as this.
        var resolved = f.dtype == ScalarType.Float32 ? largest / epsilon * Math.Pow(2, -24) : 0;
        var tolerance = Options.Tolerance > 0 ? Math.Max(Options.Tolerance, resolved) : 0;
        var relaxation = new OverRelaxation(ChecksEvery);
        var (iterations, error) = (0, double.PositiveInfinity);
        while (iterations < Options.MaximumIterations && error > tolerance)
        {
            iterations++;
            var check = tolerance > 0 && (iterations % ChecksEvery == 0 || iterations == Options.MaximumIterations);
            var violations = new List<Tensor>();
            f = Updated(across, g, f, a);
            g = Updated(back, f, g, b);
            if (check)
            {
                // NaN ends it as well.
                error = Scalars.Read(violations[0].maximum(violations[1]));
                relaxation.Observe(error);
            }

            Tensor Updated(TransportCost cost, Tensor given, Tensor old, Tensor weights)
            {
                using var step = NewDisposeScope();
                var updated = Damped(cost.SoftMinimum(given, epsilon).Values, damping);
                if (check)
                {
                    violations.Add(Violation(old, updated, weights, epsilon).MoveToOuterDisposeScope());
                }

                return (relaxation.Factor == 1 ? updated : old.Plus((updated - old).Times(relaxation.Factor))).MoveToOuterDisposeScope();
            }
        }

        return (f.MoveToOuterDisposeScope(), g.MoveToOuterDisposeScope(), Report(error, tolerance, iterations));
    }

    private (Tensor Potential, (bool Converged, int Iterations, double MarginalError) Report) SolveWithin(TransportCost cost, Tensor weights, double epsilon)
    {
        using var scope = NewDisposeScope();

        // Every point is its own nearest neighbour, so that zeros are never far from the solution: no scaling.
        var (p, damping) = (cost.Zeros(), Damping(epsilon));
        var (iterations, error) = (0, double.PositiveInfinity);
        while (iterations < Options.MaximumIterations && error > Options.Tolerance)
        {
            iterations++;
            var before = p;
            p = Averaged(p);
            if (Options.Tolerance > 0 && (iterations % ChecksEvery == 0 || iterations == Options.MaximumIterations))
            {
                using var step = NewDisposeScope();
                error = Scalars.Read(Violation(before, p.Times(2) - before, weights, epsilon));
            }
        }

        return (p.MoveToOuterDisposeScope(), Report(error, Options.Tolerance, iterations));

        Tensor Averaged(Tensor potential)
        {
            using var step = NewDisposeScope();
            return potential.Plus(Damped(cost.SoftMinimum(potential, epsilon).Values, damping)).Times(0.5).MoveToOuterDisposeScope();
        }
    }

    private static Tensor Damped(Tensor potential, double damping) => damping == 1 ? potential : potential.Times(damping);

    private static (bool Converged, int Iterations, double MarginalError) Report(double error, double tolerance, int iterations)
        => new(tolerance > 0 && error <= tolerance, iterations, tolerance > 0 ? error : double.NaN);

    /// <summary>How far the marginals a_i·exp((f_i − (T g)_i)/ε) of the plan of (f, g) are from a, in total variation; with a reach, by how much an update changes them.</summary>
    private static Tensor Violation(Tensor potential, Tensor updated, Tensor weights, double epsilon)
        => (potential - updated).Over(epsilon).exp().Minus(1).abs().mul(weights).sum().Times(0.5);

    private IEnumerable<double> Schedule(double largest, double epsilon)
    {
        if (Options.Scaling is not { } ratio)
        {
            yield break;
        }

        // Codes that are not finite give no schedule, and a value that is not finite.
        for (; double.IsFinite(largest) && largest > epsilon; largest *= ratio)
        {
            yield return largest;
        }
    }

    private Tensor Weights(Tensor? weights, Tensor points, string name)
    {
        var n = points.shape[0];
        if (weights is null)
        {
            return ones([n], points.dtype, points.device).Times(1.0 / n);
        }

        Guard.CheckTensor(weights, name);
        Guard.CheckSameKind(points, "points", weights, name);
        if (weights.dim() != 1 || weights.shape[0] != n)
        {
            throw new ArgumentException($"Expected weights of shape [{n}], one a point, but '{name}' has shape {Guard.Shape(weights)}. Pass one number for each.", name);
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (least, sum) = (Scalars.Read(weights.min()), Scalars.Read(weights.sum()));
        if (!(least >= 0 && sum > 0 && double.IsFinite(sum)))
        {
            throw new ArgumentException(FormattableString.Invariant($"Expected finite weights of at least 0 and of positive sum, but '{name}' has the least {least:G4} and the sum {sum:G4}. Leave points without weight out."), name);
        }

        return (Options.Reach is null ? weights.detach().Over(sum) : weights.detach().clone()).MoveToOuterDisposeScope();
    }
}
