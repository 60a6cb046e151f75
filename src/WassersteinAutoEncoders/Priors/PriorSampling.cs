using System.Runtime.CompilerServices;
using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Priors;

/// <summary>The draws that the priors share.</summary>
/// <remarks>
/// Everything is drawn in float64 on the CPU and rounded once at the end: a seed then gives the same points, up to
/// rounding, in every element type and on every device, and libtorch's float64 routines do not branch on the
/// processor's vector instructions.
/// </remarks>
internal static class PriorSampling
{
    /// <summary>Standard normal numbers, float64, <c>[count, dimension]</c>.</summary>
    public static Tensor Normal(long count, long dimension, Generator? generator)
    {
        Guard.CheckAllocation(nameof(count), sizeof(double), count, dimension);
        return randn([count, dimension], dtype: ScalarType.Float64, device: CPU, generator: generator);
    }

    /// <summary>Uniform numbers of [0, 1), float64, of the given shape.</summary>
    public static Tensor Uniform(long[] shape, Generator? generator)
    {
        Guard.CheckAllocation("count", sizeof(double), shape);
        return rand(shape, dtype: ScalarType.Float64, device: CPU, generator: generator);
    }

    /// <summary>Checks the arguments of <see cref="IPrior.Sample"/>, draws without gradient, rounds, moves, and cleans up.</summary>
    public static Tensor Sample(long count, Generator? generator, Device? device, ScalarType? dtype, Func<Tensor> draw)
    {
        Guard.CheckAtLeast(count, 1);
        Guard.CheckAllocation(nameof(count), sizeof(double), count);
        Guard.CheckGenerator(generator, nameof(generator));
        var type = dtype ?? ScalarType.Float32;
        if (type is not (ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16))
        {
            throw new ArgumentException(
                $"Expected a floating-point element type, but '{nameof(dtype)}' is {type}. Pass torch.float32 or torch.float64.", nameof(dtype));
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var samples = draw().to(type);
        return (device is null ? samples : samples.MovedTo(device)).MoveToOuterDisposeScope();
    }
}

/// <summary>Estimates of what a prior does not state in closed form, made once for each prior.</summary>
internal static class PriorEstimates
{
    private const long Pairs = 16_384;
    private static readonly ConditionalWeakTable<IPrior, object> Distances = [];

    public static double ExpectedSquaredDistance(IPrior prior)
        => (double)Distances.GetValue(prior, static p => Estimate(p));

    /// <summary>∇ log p(z), by differentiating the density; differentiable itself where z is.</summary>
    public static Tensor Score(IDensityPrior prior, Tensor z)
    {
        Guard.CheckPoints(z, nameof(z), prior.Dimension);
        var records = z.requires_grad && is_grad_enabled();
        using var scope = NewDisposeScope();
        using var recording = enable_grad();
        var points = records ? z : z.detach().requires_grad_(true);
        var density = ModuleCall.Present(prior.LogDensity(points), $"the density of the prior ({prior.GetType().Name})");
        return autograd.grad([density.sum()], [points], create_graph: records, retain_graph: records)[0].MoveToOuterDisposeScope();
    }

    private static object Estimate(IPrior prior)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var generator = new torch.Generator(0x5EED, torch.CPU);
        var difference = Draw() - Draw();
        return Scalars.Read((difference * difference).sum(1).mean());

        torch.Tensor Draw() => PriorSamples.Draw(prior, Pairs, generator, torch.CPU, torch.ScalarType.Float64);
    }
}
