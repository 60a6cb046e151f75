using System.Numerics;
using System.Runtime.ExceptionServices;
using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences.Slices;

/// <summary>Runs a rule over all slices: in managed code with its gradient in closed form on the CPU, by tensor operations elsewhere.</summary>
/// <remarks>
/// A slice is worked on by one thread from its first code to its last, and the values of slices are added in their order: the same bits on any
/// number of threads, but for the two matrix products, which are libtorch's.
/// </remarks>
internal static unsafe class SliceEngine
{
    // Below this many projections a second thread costs more than it saves.
    private const long ProjectionsWorthThreads = 100_000;

    /// <summary>The mean of the slices' values, times a factor; a scalar differentiable in <paramref name="encoded"/>.</summary>
    /// <param name="rule">What is done with a slice.</param>
    /// <param name="encoded">Codes, <c>[n, d]</c>.</param>
    /// <param name="samples">Prior samples, <c>[m, d]</c>, or <see langword="null"/>.</param>
    /// <param name="axes">Unit vectors, float64 on the CPU, <c>[L·Axes, d]</c>.</param>
    /// <param name="factor">What the mean is multiplied with.</param>
    public static Tensor Mean(ISliceRule rule, Tensor encoded, Tensor? samples, Tensor axes, double factor = 1)
    {
        CheckSize(encoded, axes);
        using var scope = NewDisposeScope();
        var directions = axes.to(encoded.dtype).MovedTo(encoded.device);
        if (!IsManaged(encoded, samples, axes.shape[0]))
        {
            return Composed(rule, encoded, samples, directions).mean().Times(factor).MoveToOuterDisposeScope();
        }

        Tensor gradient;
        double value;
        using (no_grad())
        {
            var (values, derivatives) = Managed(rule, encoded, samples, directions);
            value = values.Average() * factor;
            gradient = derivatives.t().mm(directions).Times(factor / values.Length);
        }

        return ClosedForm.Attach(encoded, gradient, value).MoveToOuterDisposeScope();
    }

    /// <summary>The part of one of several processes in a mean over slices: it looks along its share of the axes at all codes, and gradients are summed over the processes.</summary>
    /// <param name="encoded">All codes, <c>[n, d]</c>.</param>
    /// <param name="share">The own rows.</param>
    /// <param name="axes">Those of all slices, <c>[L·K, d]</c>.</param>
    /// <param name="perSlice">K.</param>
    /// <param name="mean">The mean over the slices of some of the axes, differentiable in its codes.</param>
    /// <returns>A scalar; the gradient in the own rows is that of the mean over all slices.</returns>
    public static Tensor Shared(Tensor encoded, RowShare share, Tensor axes, int perSlice, Func<Tensor, Tensor, Tensor> mean)
    {
        using var scope = NewDisposeScope();
        var slices = axes.shape[0] / perSlice;
        var (first, count) = share.PartOf(slices);
        var codes = encoded.detach().requires_grad_();
        var (value, gradient) = (zeros([], dtype: codes.dtype, device: codes.device), zeros_like(codes));
        if (count > 0)
        {
            var part = mean(codes, axes.narrow(0, first * perSlice, count * perSlice)).Times((double)count / slices);
            (value, gradient) = (part.detach(), autograd.grad([part], [codes])[0].contiguous());
        }

        share.Sum(gradient);
        return ClosedForm.Attach(share.Rows(encoded), share.Rows(gradient), value).MoveToOuterDisposeScope();
    }

    /// <summary>The value of each slice.</summary>
    public static double[] Values(ISliceRule rule, Tensor encoded, Tensor? samples, Tensor axes)
    {
        CheckSize(encoded, axes);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var directions = axes.to(encoded.dtype).MovedTo(encoded.device);
        return IsManaged(encoded, samples, axes.shape[0])
            ? Managed(rule, encoded, samples, directions).Values
            : TensorData.ToArray(Composed(rule, encoded, samples, directions));
    }

    /// <summary>On the CPU, only the codes to be differentiated, and no row of projections longer than a span.</summary>
    internal static bool IsManaged(Tensor encoded, Tensor? samples, long rows)
        => encoded.device_type == DeviceType.CPU && !(samples is not null && samples.requires_grad && is_grad_enabled())
            && rows * Math.Max(encoded.shape[0], samples?.shape[0] ?? 0) * encoded.ElementSize <= int.MaxValue;

    private static void CheckSize(Tensor encoded, Tensor axes)
        => Guard.CheckAllocation("directions", (int)encoded.element_size(), axes.shape[0], encoded.shape[0]);

    private static Tensor Composed(ISliceRule rule, Tensor encoded, Tensor? samples, Tensor directions)
        => rule.Compose(directions.mm(encoded.t()), samples is null ? null : directions.mm(samples.t()));

    private static (double[] Values, Tensor Derivatives) Managed(ISliceRule rule, Tensor encoded, Tensor? samples, Tensor directions)
    {
        var codes = directions.mm(encoded.t()).contiguous();
        var priors = samples is null ? null : directions.mm(samples.t()).contiguous();
        var slices = (int)(directions.shape[0] / rule.Axes);
        var values = encoded.dtype == ScalarType.Float32 ? Run<float>(rule, codes, priors, slices) : Run<double>(rule, codes, priors, slices);
        return (values, codes);
    }

    private static double[] Run<T>(ISliceRule rule, Tensor codes, Tensor? samples, int slices)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new double[slices];
        int n = (int)codes.numel() / slices, m = (int)(samples?.numel() ?? 0) / slices;
        fixed (T* pinnedCodes = TensorSpan.Of<T>(codes), pinnedSamples = samples is null ? [] : TensorSpan.Of<T>(samples))
        {
            var (q, p) = ((nint)pinnedCodes, (nint)pinnedSamples);
            var threads = codes.numel() < ProjectionsWorthThreads ? 1 : Math.Min(get_num_threads(), slices);
            if (threads <= 1)
            {
                for (var slice = 0; slice < slices; slice++)
                {
                    Work(slice);
                }
            }
            else
            {
                try
                {
                    Parallel.For(0, slices, new ParallelOptions { MaxDegreeOfParallelism = threads }, Work);
                }
                catch (AggregateException error) when (error.InnerException is { } first)
                {
                    ExceptionDispatchInfo.Throw(first);
                }
            }

            void Work(int slice)
                => values[slice] = rule.Differentiate(new Span<T>((T*)q + ((long)slice * n), n), new ReadOnlySpan<T>((T*)p + ((long)slice * m), m));
        }

        GC.KeepAlive(codes);
        GC.KeepAlive(samples);

        return values;
    }
}
