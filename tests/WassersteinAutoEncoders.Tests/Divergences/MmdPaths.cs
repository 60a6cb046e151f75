using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Divergences.Pairs;
using WassersteinAutoEncoders.Kernels;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

/// <summary>The ways to one sum over pairs, and the kernels that go them.</summary>
internal static class MmdPaths
{
    public static Dictionary<string, IKernel> All { get; } = new()
    {
        ["imq"] = new ImqKernel(6),
        ["rbf"] = new RbfKernel(6, [0.5, 1, 2]),
        ["laplacian"] = new LaplacianKernel(3),
        ["rational quadratic"] = new RationalQuadraticKernel(2, 0.7),
        ["energy"] = new EnergyKernel(),
        ["sum"] = SumKernel.Of((0.5, new ImqKernel(6)), (2, new EnergyKernel())),
        ["cramer-wold"] = new CramerWoldKernel(3, CramerWoldForm.Exact, 0.4),
        ["cramer-wold, asymptotic"] = new CramerWoldKernel(3, CramerWoldForm.Asymptotic, 0.4),
        ["sum of sums"] = SumKernel.Of((0.5, SumKernel.Of((2, new RbfKernel(6)), (1, new LaplacianKernel(3)))), (2, new RationalQuadraticKernel(2, 0.7))),
    };

    public static Tensor Fast(IKernel kernel, Tensor x, Tensor y, PairWeights weights) => RadialPairTensors.Evaluate((IRadialKernel)kernel, x, y, weights);

    public static Tensor Composed(IKernel kernel, Tensor x, Tensor y, PairWeights weights) => ComposedPairSums.Evaluate(kernel, x, y, weights);

    public static Tensor Matrices(IKernel kernel, Tensor x, Tensor y, PairWeights weights) => MatrixPairSums.Evaluate(kernel, x, y, weights);

    public static Tensor InBlocks(IKernel kernel, Tensor x, Tensor y, PairWeights weights) => MatrixPairSums.Evaluate(kernel, x, y, weights, 300);
}
