using WassersteinAutoEncoders.Costs;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.ArgumentErrors;

internal static class CostMistakes
{
    public static IEnumerable<WrongUse> Rows =>
    [
        .. Evaluations(() => new SquaredErrorCost()),
        .. Evaluations(() => new AbsoluteErrorCost()),
        .. Evaluations(() => new EuclideanCost()),
        .. Evaluations(() => new BinaryCrossEntropyCost()),
        .. Evaluations(() => new WeightedCost(new SquaredErrorCost(), 2)),
        .. Evaluations(() => new SumCost(new SquaredErrorCost())),
        .. Evaluations(() => new LambdaCost((x, y) => (x - y).sum())),
        .. Evaluations(() => new StructuralSimilarityCost()),
        .. Evaluations(() => new PerceptualCost(nn.Identity())),
        new(typeof(StructuralSimilarityCost), "flat examples", () => new StructuralSimilarityCost().Evaluate(zeros([4, 784]), zeros([4, 784])), "[n, c, h, w]", "[4, 784]"),
        new(typeof(StructuralSimilarityCost), "small pictures", () => new StructuralSimilarityCost(3).Evaluate(zeros([4, 1, 28, 28]), zeros([4, 1, 28, 28])), "44×44", "[4, 1, 28, 28]"),
        new(typeof(StructuralSimilarityCost), "six scales", () => _ = new StructuralSimilarityCost(6), "between 1 and 5", "6"),
        new(typeof(StructuralSimilarityCost), "a range of 0", () => _ = new StructuralSimilarityCost(range: 0), "greater than 0", "0"),
        new(typeof(StructuralSimilarityCost), "a window without a middle", () => _ = new StructuralSimilarityCost(window: 10), "odd side", "10"),
        new(typeof(StructuralSimilarityCost), "a window without width", () => _ = new StructuralSimilarityCost(deviation: 0), "greater than 0", "0"),
        new(typeof(PerceptualCost), "a module that refuses", () => new PerceptualCost(nn.Linear(2, 2)).Evaluate(zeros([4, 3]), zeros([4, 3])), "first layer", "[4, 3]"),
        new(typeof(PerceptualCost), "a module that drops the batch", () => new PerceptualCost(nn.Flatten(0)).Evaluate(zeros([4, 3]), zeros([4, 3])), "one row of features", "[12]"),
        new(typeof(SquaredErrorCost), "factor of NaN", () => _ = new SquaredErrorCost(factor: double.NaN), "finite number greater than 0", "NaN"),
        new(typeof(SquaredErrorCost), "no such reduction", () => _ = new SquaredErrorCost((CostReduction)7), "Sum, Mean", "7"),
        new(typeof(AbsoluteErrorCost), "factor of 0", () => _ = new AbsoluteErrorCost(factor: 0), "greater than 0", "0"),
        new(typeof(EuclideanCost), "ε of 0", () => _ = new EuclideanCost(epsilon: 0), "greater than 0", "0"),
        new(typeof(BinaryCrossEntropyCost), "no such input", () => _ = new BinaryCrossEntropyCost((CrossEntropyInput)3), "Probabilities, Logits", "3"),
        new(typeof(BinaryCrossEntropyCost), "infinite factor", () => _ = new BinaryCrossEntropyCost(factor: double.PositiveInfinity), "finite", "Infinity"),
        new(typeof(WeightedCost), "negative factor", () => _ = new WeightedCost(new SquaredErrorCost(), -2), "greater than 0", "-2"),
        new(typeof(SumCost), "no costs", () => _ = new SumCost(), "one or more costs", "none"),
        new(typeof(SumCost), "a missing cost", () => _ = new SumCost(new SquaredErrorCost(), null!), "one or more costs", "null"),
        new(typeof(LambdaCost), "a function that gives one value an example", () => new LambdaCost((x, y) => (x - y).sum(1)).Evaluate(zeros([4, 2]), zeros([4, 2])), "scalar of shape []", "[4]"),
    ];

    private static IEnumerable<WrongUse> Evaluations<T>(Func<T> create)
        where T : IReconstructionCost
    {
        var type = typeof(T);
        yield return new(type, "reconstruction of another shape", () => create().Evaluate(zeros([4, 3]), zeros([4, 2])), "[4, 3]", "[4, 2]");
        yield return new(type, "reconstruction that would broadcast", () => create().Evaluate(zeros([4, 3]), zeros([1, 3])), "[4, 3]", "[1, 3]");
        yield return new(type, "reconstruction of another type", () => create().Evaluate(zeros([4, 3]), zeros([4, 3], dtype: float64)), "Float32", "Float64");
        yield return new(type, "reconstruction on another device", () => create().Evaluate(zeros([4, 3]), zeros([4, 3], device: META)), "cpu", "meta");
        yield return new(type, "whole numbers", () => create().Evaluate(zeros([4, 3], dtype: uint8), zeros([4, 3], dtype: uint8)), "float32 or float64", "Byte");
        yield return new(type, "an empty batch", () => create().Evaluate(zeros([0, 3]), zeros([0, 3])), "at least one element", "[0, 3]");
        yield return new(type, "a disposed input", () => create().Evaluate(Disposed(), zeros([4, 3])), "live tensor", "disposed");
    }

    private static Tensor Disposed()
    {
        var x = zeros([4, 3]);
        x.Dispose();
        return x;
    }
}
