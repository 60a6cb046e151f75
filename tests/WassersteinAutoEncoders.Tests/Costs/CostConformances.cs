using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Tests.Conformance;

namespace WassersteinAutoEncoders.Tests.Costs;

public class SquaredErrorCostConformance : CostConformance<SquaredErrorCost>
{
    protected override SquaredErrorCost Create() => new(CostReduction.Sum, 0.05);
}

public class AbsoluteErrorCostConformance : CostConformance<AbsoluteErrorCost>
{
    protected override AbsoluteErrorCost Create() => new(CostReduction.Mean, 2);
}

public class EuclideanCostConformance : CostConformance<EuclideanCost>
{
    protected override EuclideanCost Create() => new(CostReduction.Sum, 0.2, 1e-4);

    protected override double? AtIdentity => 0.2 * 1e-2;
}

public class BinaryCrossEntropyCostConformance : CostConformance<BinaryCrossEntropyCost>
{
    protected override BinaryCrossEntropyCost Create() => new();

    protected override double? AtIdentity => null;
}

public class BinaryCrossEntropyOnLogitsConformance : CostConformance<BinaryCrossEntropyCost>
{
    protected override BinaryCrossEntropyCost Create() => new(CrossEntropyInput.Logits, CostReduction.Mean);

    protected override double? AtIdentity => null;
}

public class WeightedCostConformance : CostConformance<IReconstructionCost>
{
    protected override IReconstructionCost Create() => new WeightedCost(new SquaredErrorCost(), 3);
}

public class SumCostConformance : CostConformance<IReconstructionCost>
{
    protected override IReconstructionCost Create() => new SumCost(new SquaredErrorCost(), new WeightedCost(new AbsoluteErrorCost(), 0.5));
}

public class LambdaCostConformance : CostConformance<IReconstructionCost>
{
    protected override IReconstructionCost Create() => new LambdaCost((x, y) => (x - y).square().mean());
}
