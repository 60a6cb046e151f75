using TorchSharp;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders;

/// <summary>Checks of what a caller passed. Every message names what was expected, what came and what to do.</summary>
/// <remarks>All but <see cref="CheckFiniteValues"/> look at shapes, element types and devices only: they read no value and wait for no device.</remarks>
internal static partial class Guard
{
    /// <summary>What the process may use in all: the machine's memory, or less in a container.</summary>
    private static readonly double AvailableMemory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Points <c>[n, d]</c>, n ≥ 1, d ≥ 1, float32 or float64; d as given, when it is.</summary>
    public static void CheckPoints(Tensor x, string name, long? dimension = null, bool reduced = false)
    {
        CheckTensor(x, name, reduced);
        if (x.dim() != 2)
        {
            throw new ArgumentException(
                $"Expected points of shape [n, d], but '{name}' has shape {Shape(x)}. Flatten each code to one row, for instance with {name}.reshape(n, -1).", name);
        }

        if (x.size(0) < 1 || x.size(1) < 1)
        {
            throw new ArgumentException(
                $"Expected at least one point of at least one dimension, but '{name}' has shape {Shape(x)}. Skip empty batches.", name);
        }

        if (dimension is { } d && x.size(1) != d)
        {
            throw new ArgumentException(
                $"Expected points of dimension {d}, but '{name}' has shape {Shape(x)}. Use the same latent dimension on both sides.", name);
        }
    }

    /// <summary>Two sets of points of one dimension, element type and device.</summary>
    public static void CheckPair(Tensor x, string xName, Tensor y, string yName)
    {
        CheckPoints(x, xName);
        CheckPoints(y, yName, x.size(1));
        CheckSameKind(x, xName, y, yName);
    }

    /// <summary>Two tensors of one shape, element type and device, with at least one row and one element.</summary>
    public static void CheckSameShape(Tensor x, string xName, Tensor y, string yName, bool reduced = false)
    {
        CheckTensor(x, xName, reduced);
        CheckTensor(y, yName, reduced);
        if (!x.shape.AsSpan().SequenceEqual(y.shape))
        {
            throw new ArgumentException(
                $"Expected '{yName}' to have the shape {Shape(x)} of '{xName}', but it has {Shape(y)}. Make both sides produce the same shape; nothing is broadcast.", yName);
        }

        if (x.dim() < 1 || x.numel() < 1)
        {
            throw new ArgumentException(
                $"Expected a batch of shape [n, …] with at least one element, but '{xName}' has shape {Shape(x)}. Skip empty batches, and keep the batch dimension first.", xName);
        }

        CheckSameKind(x, xName, y, yName);
    }

    /// <summary>The same element type and device.</summary>
    public static void CheckSameKind(Tensor x, string xName, Tensor y, string yName)
    {
        if (x.dtype != y.dtype)
        {
            throw new ArgumentException(
                $"Expected '{yName}' to have the element type {x.dtype} of '{xName}', but it has {y.dtype}. Convert one, for instance with {yName}.to({xName}.dtype).", yName);
        }

        if (x.device_type != y.device_type || x.device_index != y.device_index)
        {
            throw new ArgumentException(
                $"Expected '{yName}' on the device {x.device} of '{xName}', but it is on {y.device}. Move one, for instance with {yName}.to({xName}.device).", yName);
        }
    }

    /// <summary>A live tensor of float32 or float64; of bfloat16 too where a layer takes it (<paramref name="reduced"/>).</summary>
    public static void CheckTensor(Tensor x, string name, bool reduced = false)
    {
        ArgumentNullException.ThrowIfNull(x, name);
        if (x.IsInvalid)
        {
            throw new ArgumentException(
                $"Expected a live tensor, but '{name}' has been disposed. Keep it out of the dispose scope that ended, for instance with MoveToOuterDisposeScope().", name);
        }

        CheckStored(x, name);
        if (x.dtype is not (ScalarType.Float32 or ScalarType.Float64) && !(reduced && x.dtype == ScalarType.BFloat16))
        {
            throw new ArgumentException(
                $"Expected float32 or float64, but '{name}' has the element type {x.dtype}. Convert it, for instance with {name}.to(torch.float32).", name);
        }
    }

    /// <summary>A tensor whose numbers lie in memory one beside the other, or could: neither sparse nor of the meta device, nor expanded to a size that no operation on it could write down.</summary>
    public static void CheckStored(Tensor x, string name)
    {
        if (x.is_sparse)
        {
            throw new ArgumentException($"Expected a dense tensor, but '{name}' of shape {Shape(x)} is sparse. Convert it with {name}.to_dense().", name);
        }

        if (x.is_meta)
        {
            throw new ArgumentException($"Expected a tensor with values, on cpu or cuda, but '{name}' of shape {Shape(x)} is on the meta device, which holds shapes only. Create it on a device with memory.", name);
        }

        if (x.device_type == DeviceType.CPU && (double)x.numel() * x.element_size() > AvailableMemory && !x.is_contiguous())
        {
            CheckAllocation(name, (int)x.element_size(), x.shape);
        }
    }

    /// <summary>A shape whose numbers could fit into the machine's memory.</summary>
    /// <remarks>libtorch reports neither an overflow nor a failed allocation in <c>rand</c>, <c>randn</c> and <c>randperm</c>: the process ends.</remarks>
    public static void CheckAllocation(string name, int bytesPerElement, params ReadOnlySpan<long> shape)
    {
        var bytes = (double)bytesPerElement;
        foreach (var length in shape)
        {
            bytes *= length;
        }

        if (bytes > AvailableMemory)
        {
            throw new ArgumentOutOfRangeException(name, FormattableString.Invariant(
                $"Expected a size that fits into memory, but '{name}' asks for a tensor of shape [{string.Join(", ", shape.ToArray())}], {bytes / (1L << 30):G4} GiB of {AvailableMemory / (1L << 30):G4} GiB. Ask for fewer, a part at a time."));
        }
    }

    /// <summary>A number of float64 values that one managed array can hold.</summary>
    public static void CheckArray(string name, params ReadOnlySpan<long> shape)
    {
        CheckAllocation(name, sizeof(double), shape);
        var count = 1.0;
        foreach (var length in shape)
        {
            count *= length;
        }

        if (count > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(name, $"Expected at most {Array.MaxLength} numbers, but '{name}' asks for the shape [{string.Join(", ", shape.ToArray())}]. Ask for fewer, a part at a time.");
        }
    }

    /// <summary>No NaN and no infinity. Waits for the device: for measurements, not for training steps.</summary>
    public static void CheckFiniteValues(Tensor x, string name)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var finite = x.isfinite().sum().ToScalar();
        var bad = x.numel() - finite.ToInt64();
        if (bad > 0)
        {
            throw new ArgumentException(
                $"Expected finite values, but {bad} of the {x.numel()} values of '{name}' {(bad == 1 ? "is" : "are")} NaN or infinite. Find out where they come from: a diverged encoder or broken data.", name);
        }
    }

    /// <summary>A scalar <c>[]</c> (or a single element) that a caller's own code returned.</summary>
    public static Tensor CheckScalarResult(Tensor? value, string what)
    {
        if (value is null || value.IsInvalid)
        {
            throw new ArgumentException($"Expected {what} to return a scalar tensor, but it returned {(value is null ? "null" : "a disposed tensor")}. Return the tensor itself, moved out of any dispose scope of its own.");
        }

        if (value.numel() != 1)
        {
            throw new ArgumentException($"Expected {what} to return a scalar of shape [], but it returned the shape {Shape(value)}. Reduce it, for instance with .sum() or .mean().");
        }

        return value.dim() == 0 ? value : value.reshape([]);
    }

    /// <summary>The matrix <c>[n, m]</c> that a kernel of the caller's own gave for n and m points.</summary>
    public static Tensor CheckGram(Tensor? gram, object kernel, Tensor x, Tensor y)
    {
        if (gram is null || gram.IsInvalid)
        {
            throw new ArgumentException($"Expected the kernel ({kernel.GetType().Name}) to return a matrix, but it returned {(gram is null ? "null" : "a disposed tensor")}. Return the tensor itself, moved out of any dispose scope of its own.", nameof(kernel));
        }

        if (gram.dim() != 2 || gram.shape[0] != x.shape[0] || gram.shape[1] != y.shape[0])
        {
            throw new ArgumentException($"Expected the kernel ({kernel.GetType().Name}) to return the shape [{x.shape[0]}, {y.shape[0]}] for points of shapes {Shape(x)} and {Shape(y)}, but it returned {Shape(gram)}. Return k(x_i, y_j) for all pairs, one row a point of x.", nameof(kernel));
        }

        return gram;
    }

    /// <summary>float32 or float64.</summary>
    public static void CheckFloat(ScalarType dtype, string name)
    {
        if (dtype is not (ScalarType.Float32 or ScalarType.Float64))
        {
            throw new ArgumentException($"Expected float32 or float64, but '{name}' is {dtype}. Pass torch.float32 or torch.float64.", name);
        }
    }

    /// <summary>A generator of the CPU, or none.</summary>
    public static void CheckGenerator(Generator? generator, string name)
    {
        if (generator is not null && generator.device.type != DeviceType.CPU)
        {
            throw new ArgumentException(
                $"Expected a CPU generator, but '{name}' is for {generator.device}. Create it with new torch.Generator(seed); samples are drawn on the CPU and then moved.", name);
        }
    }

    /// <summary>A shape as text: <c>[2, 3]</c>.</summary>
    public static string Shape(Tensor x) => $"[{string.Join(", ", x.shape)}]";

    /// <summary>What a caller's own code returned, where that is no tensor.</summary>
    public static T CheckReturned<T>(T? value, string what)
        where T : class
        => value ?? throw new ArgumentException($"Expected {what}, but it returned null. Return one.");

    /// <summary>A part of a record that others look at without asking.</summary>
    public static T CheckGiven<T>(T value, string name)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return value;
    }

    /// <summary>A list of a record, none of its items null.</summary>
    public static IReadOnlyList<T> CheckItems<T>(IReadOnlyList<T> values, string name)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(values, name);
        return values.Any(value => value is null) ? throw new ArgumentException($"Expected no null in '{name}', but there is one. Leave it out.", name) : values;
    }

    /// <summary>A list of a record, each item with its name and its tensor.</summary>
    public static IReadOnlyList<(string Name, Tensor Value)> CheckNamed(IReadOnlyList<(string Name, Tensor Value)> values, string name)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        return values.Any(value => value.Name is null || value.Value is null) ? throw new ArgumentException($"Expected a name and a tensor for each of '{name}', but one lacks either. Leave it out.", name) : values;
    }

    /// <summary>The first item of a record's list, which its own maker may have left out.</summary>
    public static T CheckFirst<T>(IReadOnlyList<T> values)
        where T : class
        => values is [{ } first, ..] ? first : throw new InvalidOperationException($"Expected at least one {typeof(T).Name}, but there is none. Make the result by the test that returns it.");
}
