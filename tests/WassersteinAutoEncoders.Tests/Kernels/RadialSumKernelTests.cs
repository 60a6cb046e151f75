using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Tests.Conformance;

namespace WassersteinAutoEncoders.Tests.Kernels;

public class RadialSumKernelTests : KernelConformance<IRadialKernel>
{
    protected override IEnumerable<(IRadialKernel Kernel, double Diagonal)> Kernels =>
    [
        (new RadialSumKernel((0.5, new ImqKernel(2)), (2, new RbfKernel(1))), 5.5),
        (new RadialSumKernel((1, new LaplacianKernel(2))), 1),
    ];
}
