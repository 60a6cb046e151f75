using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace WassersteinAutoEncoders.Tests.Numerics;

/// <summary>Counts what libtorch is asked to compute: operators that reach a kernel, forward and backward, as the profiler of PyTorch sees them.</summary>
/// <remarks>
/// A callback of libtorch's own (<c>at::addGlobalCallback</c>) sees each operator begin and end, on every thread. An operator counts where it calls no
/// other one that counts, or computes beside them, and is neither a view nor memory alone: on a GPU such an operator is one launch of a kernel, seldom two. Linux on x64.
/// </remarks>
internal static unsafe class LaunchCounter
{
    private const string Library = "libtorch_cpu.so";

    private static readonly HashSet<string> WithoutKernel =
    [
        "aten::alias", "aten::as_strided", "aten::as_strided_", "aten::detach", "aten::detach_", "aten::diagonal", "aten::empty", "aten::empty_like", "aten::empty_strided", "aten::expand", "aten::expand_as",
        "aten::flatten", "aten::is_nonzero", "aten::lift_fresh", "aten::narrow", "aten::new_empty", "aten::new_empty_strided", "aten::numpy_T", "aten::permute", "aten::requires_grad_", "aten::reshape",
        "aten::_reshape_alias", "aten::resize_", "aten::result_type", "aten::select", "aten::set_data", "aten::size", "aten::slice", "aten::split", "aten::split_with_sizes", "aten::squeeze", "aten::squeeze_", "aten::t", "aten::to",
        "aten::transpose", "aten::transpose_", "aten::unbind", "aten::unflatten", "aten::unfold", "aten::unsafe_split", "aten::unsqueeze", "aten::unsqueeze_", "aten::view", "aten::view_as", "aten::_unsafe_view", "aten::chunk",
        "aten::movedim", "aten::contiguous", "aten::resolve_conj", "aten::resolve_neg", "aten::conj", "aten::_conj", "aten::output_nr", "aten::_version", "aten::is_pinned", "aten::item", "aten::data", "aten::swapaxes", "aten::swapdims",
    ];

    /// <summary>What computes itself, whatever it prepares with other operators, on the CPU more than on a GPU.</summary>
    private static readonly HashSet<string> Whole =
    [
        "aten::_cdist_forward", "aten::addmm", "aten::baddbmm", "aten::bmm", "aten::cat", "aten::convolution", "aten::convolution_backward", "aten::cumsum", "aten::dot", "aten::linalg_vector_norm", "aten::mean", "aten::mm",
        "aten::mv", "aten::native_batch_norm", "aten::native_batch_norm_backward", "aten::norm", "aten::sort", "aten::sum", "aten::topk", "aten::where",
    ];

    private static readonly Dictionary<string, int> Counts = [];

    [ThreadStatic]
    private static Stack<(string Name, bool Counted)>? _open;

    /// <summary>Whether this system is one that the counter knows the way of calling on.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64 && torch.__version__.StartsWith("2.", StringComparison.Ordinal);

    /// <summary>The operators that an action reaches kernels with, by name.</summary>
    public static IReadOnlyDictionary<string, int> Count(Action action)
    {
        var library = NativeLibrary.Load(Library, typeof(torch).Assembly, null);
        var add = (delegate* unmanaged<Callback, ulong>)NativeLibrary.GetExport(library, "_ZN2at17addGlobalCallbackENS_22RecordFunctionCallbackE");
        var remove = (delegate* unmanaged<ulong, void>)NativeLibrary.GetExport(library, "_ZN2at14removeCallbackEm");
        _name = (delegate* unmanaged<nint, byte*>)NativeLibrary.GetExport(library, "_ZNK2at14RecordFunction4nameEv");
        lock (Counts)
        {
            Counts.Clear();
        }

        var callback = new Callback { Start = (nint)(delegate* unmanaged<nint*, nint, nint*>)&Start, End = (nint)(delegate* unmanaged<nint, nint, void>)&End, SamplingProbability = 1 };
        callback.Scopes[0] = 1;
        var handle = add(callback);
        try
        {
            action();
        }
        finally
        {
            remove(handle);
        }

        lock (Counts)
        {
            return new SortedDictionary<string, int>(Counts, StringComparer.Ordinal);
        }
    }

    private static delegate* unmanaged<nint, byte*> _name;

    /// <summary>Of the scope "function"; gives the empty pointer to a context, through the place that is made for it.</summary>
    [UnmanagedCallersOnly]
    private static nint* Start(nint* result, nint function)
    {
        *result = 0;
        (_open ??= new()).Push((Marshal.PtrToStringUTF8((nint)_name(function)) ?? "", false));
        return result;
    }

    [UnmanagedCallersOnly]
    private static void End(nint function, nint context)
    {
        if (_open is not { Count: > 0 } open)
        {
            return;
        }

        var (name, counted) = open.Pop();
        if (open.Any(outer => Whole.Contains(outer.Name)))
        {
            return;
        }

        if (Whole.Contains(name) || (!counted && name.StartsWith("aten::", StringComparison.Ordinal) && !WithoutKernel.Contains(name)))
        {
            counted = true;
            lock (Counts)
            {
                Counts[name] = Counts.GetValueOrDefault(name) + 1;
            }
        }

        if (counted && open.TryPop(out var outer))
        {
            open.Push((outer.Name, true));
        }
    }

    /// <summary>at::RecordFunctionCallback.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Callback
    {
        public nint Start;
        public nint End;
        public double SamplingProbability;
        public Scopes Scopes;
        public byte NeedsInputs, NeedsOutputs, NeedsIds;
    }

    [InlineArray(10)]
    private struct Scopes
    {
        private byte _first;
    }
}
