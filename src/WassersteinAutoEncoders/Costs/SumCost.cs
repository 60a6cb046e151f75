using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Costs;

/// <summary>See <see cref="ReconstructionCosts.Plus"/>.</summary>
internal sealed class SumCost : IReconstructionCost
{
    private readonly IReconstructionCost[] _costs;

    public SumCost(params IReconstructionCost[] costs)
    {
        ArgumentNullException.ThrowIfNull(costs);
        if (costs.Length == 0 || costs.Contains(null))
        {
            throw new ArgumentException($"Expected one or more costs, but {(costs.Length == 0 ? "none came" : "one of them is null")}. Pass the costs to add.", nameof(costs));
        }

        _costs = [.. costs];
    }

    /// <summary>The costs that are added.</summary>
    public IReadOnlyList<IReconstructionCost> Costs => _costs;

    /// <inheritdoc/>
    public Tensor Evaluate(Tensor input, Tensor reconstruction)
    {
        using var scope = NewDisposeScope();
        var sum = Guard.CheckScalarResult(_costs[0].Evaluate(input, reconstruction), "each cost of the sum");
        foreach (var cost in _costs.AsSpan(1))
        {
            sum = sum.Plus(Guard.CheckScalarResult(cost.Evaluate(input, reconstruction), "each cost of the sum"));
        }

        return sum.MoveToOuterDisposeScope();
    }
}

/// <summary>See <see cref="ReconstructionCosts.Times"/>.</summary>
internal sealed class WeightedCost : IReconstructionCost
{
    public WeightedCost(IReconstructionCost cost, double factor)
    {
        ArgumentNullException.ThrowIfNull(cost);
        Cost = cost;
        Factor = Guard.CheckPositive(factor);
    }

    /// <summary>The cost that is scaled.</summary>
    public IReconstructionCost Cost { get; }

    /// <summary>What it is multiplied with.</summary>
    public double Factor { get; }

    /// <inheritdoc/>
    public Tensor Evaluate(Tensor input, Tensor reconstruction)
    {
        using var scope = NewDisposeScope();
        return Guard.CheckScalarResult(Cost.Evaluate(input, reconstruction), "the weighted cost").Times(Factor).MoveToOuterDisposeScope();
    }
}

/// <summary>What a cost is counted in, for people.</summary>
internal static class CostUnits
{
    /// <summary>Such as <c>0.05·Σ(x−x̂)² per example</c>; of a cost of one's own, the name of its type.</summary>
    public static string Of(IReconstructionCost cost) => cost switch
    {
        SumCost sum => string.Join(" + ", sum.Costs.Select(Of)),
        WeightedCost weighted => Factor(weighted.Factor) + (weighted.Cost is SumCost ? $"({Of(weighted.Cost)})" : Of(weighted.Cost)),
        SquaredErrorCost squared => Text(squared.Factor, squared.Reduction, "(x−x̂)²"),
        AbsoluteErrorCost absolute => Text(absolute.Factor, absolute.Reduction, "|x−x̂|"),
        EuclideanCost euclidean => Factor(euclidean.Factor) + (euclidean.Reduction == CostReduction.Sum ? "√Σ(x−x̂)² per example" : "√(mean of (x−x̂)²) per example"),
        BinaryCrossEntropyCost entropy => Factor(entropy.Factor) + (entropy.Reduction == CostReduction.Sum ? "nats per example" : "nats per element"),
        _ => cost.GetType().Name,
    };

    private static string Text(double factor, CostReduction reduction, string term)
        => Factor(factor) + (reduction == CostReduction.Sum ? $"Σ{term} per example" : $"{term}, mean per element");

    private static string Factor(double factor) => factor == 1 ? "" : FormattableString.Invariant($"{factor:G6}·");
}

/// <summary>See <see cref="ReconstructionCosts.Of"/>.</summary>
internal sealed class LambdaCost : IReconstructionCost
{
    private readonly Func<Tensor, Tensor, Tensor> _evaluate;

    public LambdaCost(Func<Tensor, Tensor, Tensor> evaluate)
    {
        ArgumentNullException.ThrowIfNull(evaluate);
        _evaluate = evaluate;
    }

    /// <inheritdoc/>
    public Tensor Evaluate(Tensor input, Tensor reconstruction)
    {
        Guard.CheckSameShape(input, nameof(input), reconstruction, nameof(reconstruction));
        using var scope = NewDisposeScope();
        return Guard.CheckScalarResult(_evaluate(input, reconstruction), "the cost's function").MoveToOuterDisposeScope();
    }
}
