using TorchSharp;
using WassersteinAutoEncoders.Devices;

namespace WassersteinAutoEncoders.Tests.Devices;

/// <summary>The cases of devices: on the CPU everywhere, which proves that they run, and on CUDA where there is one.</summary>
public class DeviceTests
{
    public static TheoryData<string> Names => [.. DeviceCases.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_case_runs_on_the_cpu(string name) => DeviceCases.Run(name, torch.CPU);

    [CudaTheory]
    [Trait("Category", "Cuda")]
    [MemberData(nameof(Names))]
    public void The_case_holds_on_cuda(string name) => DeviceCases.Run(name, torch.CUDA);

    [CudaFact]
    [Trait("Category", "Cuda")]
    public void A_step_comes_back_while_the_device_is_busy()
    {
        var (returned, finished) = DeviceCases.WhileBusy(torch.CUDA);
        Assert.True(returned < finished / 2, $"The step came back after {returned.TotalMilliseconds:F1} ms, the device had work for {finished.TotalMilliseconds:F1} ms.");
    }
}

/// <summary>Skipped, and reported so, where libtorch sees no CUDA device.</summary>
internal sealed class CudaTheoryAttribute : TheoryAttribute
{
    public CudaTheoryAttribute() => Skip = torch.cuda.is_available() ? null : "There is no CUDA device.";
}

/// <inheritdoc cref="CudaTheoryAttribute"/>
internal sealed class CudaFactAttribute : FactAttribute
{
    public CudaFactAttribute() => Skip = torch.cuda.is_available() ? null : "There is no CUDA device.";
}
