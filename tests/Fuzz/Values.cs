using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using static TorchSharp.torch;

namespace Fuzz;

/// <summary>Values of any type that a member of the packages takes, good or bad, from one random number generator.</summary>
/// <remarks>Only what the packages can't make themselves stands here by name; their own types are made through their public constructors and factories.</remarks>
public sealed partial class Values(Random random, string folder)
{
    // How much work is asked for, not how much memory: a large number here is no mistake, it only takes its time.
    private static readonly string[] Work = ["epoch", "iteration", "permutation", "restart", "criticsteps", "pass", "starts", "steps", "layers"];

    private Paths? _paths;

    public Random Random => random;

    /// <summary>What was made and has to be disposed of.</summary>
    public List<IDisposable> Owned { get; } = [];

    /// <summary>Every object of the packages that was made.</summary>
    public List<object> Made { get; } = [];

    private Paths Paths => _paths ??= new(folder);

    public object? Good(Type type, string name, int depth)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return random.Next(4) == 0 ? null : Good(inner, name, depth);
        }

        if (Simple(type, name) is { } simple)
        {
            return simple;
        }

        return Known(type, name) ?? (Container(type, name, bad: false, depth) is { } container ? container : Object(type, bad: false, depth));
    }

    public object? Bad(Type type, string name, int depth)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Bad(inner, name, depth);
        }

        if (type == typeof(Tensor))
        {
            return Own(Tensors.Bad(random));
        }

        if (BadSimple(type, name) is { } simple)
        {
            return simple;
        }

        if (!type.IsValueType && random.Next(4) == 0)
        {
            return null;
        }

        if (type.IsAssignableFrom(typeof(FuzzModule)) && type != typeof(object))
        {
            return Own(new FuzzModule((Misdeed)random.Next(Enum.GetValues<Misdeed>().Length)));
        }

        return Container(type, name, bad: true, depth) ?? (Members.IsOurs(type) ? Object(type, bad: true, depth) : Known(type, name) ?? Object(type, bad: true, depth));
    }

    public T Own<T>(T value)
    {
        if (value is IDisposable disposable)
        {
            Owned.Add(disposable);
        }

        return value;
    }

    private object? Simple(Type type, string name)
        => type.IsEnum ? Pick(Enum.GetValuesAsUnderlyingType(type).Cast<object>().Select(v => Enum.ToObject(type, v)).Where(v => type != typeof(ScalarType) || v is ScalarType.Float32 or ScalarType.Float64))
        : type == typeof(int) ? Whole(name)
        : type == typeof(long) ? (long)Whole(name)
        : type == typeof(double) ? Pick<object>([0.5, 1.0, 2.0, 0.1, 0.01])
        : type == typeof(float) ? Pick<object>([0.5f, 1f, 2f])
        : type == typeof(byte) ? (byte)random.Next(256)
        : type == typeof(bool) ? random.Next(2) == 0
        : type == typeof(TimeSpan) ? TimeSpan.FromMilliseconds(random.Next(1, 2000))
        : type == typeof(string) ? Text(name)
        : type == typeof(CancellationToken) ? CancellationToken.None
        : null;

    private int Whole(string name)
        => name.Contains("dimension", StringComparison.OrdinalIgnoreCase) ? (int)Tensors.D
        : name.Contains("size", StringComparison.OrdinalIgnoreCase) || name.Contains("idth", StringComparison.Ordinal) || name.Contains("eight", StringComparison.Ordinal) ? random.Next(1, 9)
        : random.Next(1, 5);

    private string Text(string name)
        => IsPath(name) ? Paths.Good(random) : Pick(["loss/total", "name", "ε, λ & <b>", "Q"]);

    private object? BadSimple(Type type, string name)
    {
        var work = Work.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
        return type.IsEnum ? Enum.ToObject(type, random.Next(2) == 0 ? -1 : 99)
            : type == typeof(int) ? Pick<object>(work ? [0, -1, int.MinValue] : [0, -1, int.MinValue, int.MaxValue, int.MaxValue - 1, 1 << 20, 7])
            : type == typeof(long) ? Pick<object>(work ? [0L, -1L, long.MinValue] : [0L, -1L, long.MinValue, long.MaxValue, 1L << 62, 1L << 40, 1L << 31, 7L])
            : type == typeof(double) ? Pick<object>([double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.0, -1.0, double.MaxValue, double.MinValue, double.Epsilon, 1e-300, 1e20])
            : type == typeof(float) ? Pick<object>([float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -1f])
            : type == typeof(TimeSpan) ? Pick<object>([TimeSpan.Zero, TimeSpan.MinValue, TimeSpan.MaxValue, TimeSpan.FromTicks(-1)])
            : type == typeof(CancellationToken) ? new CancellationToken(canceled: true)
            : type == typeof(string) && random.Next(4) > 0 ? IsPath(name) ? Paths.Bad(random) : Pick(["", " ", "\0", "\ud800", new string('a', 10_000), "</script>", "\n"])
            : null;
    }

    private static bool IsPath(string name)
        => name.Contains("path", StringComparison.OrdinalIgnoreCase) || name.Contains("folder", StringComparison.OrdinalIgnoreCase) || name.Contains("file", StringComparison.OrdinalIgnoreCase);

    /// <summary>Types of other libraries.</summary>
    private object? Known(Type type, string name)
    {
        if (type == typeof(Tensor))
        {
            return Own(Tensors.Good(random, name));
        }

        if (type.IsAssignableFrom(typeof(FuzzModule)) && type != typeof(object) && random.Next(3) > 0)
        {
            return Own(new FuzzModule(Misdeed.None));
        }

        return type == typeof(TorchSharp.Modules.Parameter) ? Own(new TorchSharp.Modules.Parameter(randn([Tensors.D, Tensors.D])))
            : type == typeof(Generator) ? Own(new Generator((ulong)random.Next()))
            : type == typeof(Device) ? CPU
            : type == typeof(optim.Optimizer) ? Own(optim.SGD([Own(new TorchSharp.Modules.Parameter(randn([Tensors.D])))], 0.1))
            : type == typeof(ILogger) ? NullLogger.Instance
            : type == typeof(TimeProvider) ? TimeProvider.System
            : type == typeof(JsonObject) ? JsonNode.Parse(Pick(["{}", """{"step":3,"epoch":1,"value":0.5}""", """{"value":"x","best":null}""", """{"step":1e300,"lambda":[1]}"""]))
            : type == typeof(StringBuilder) ? new StringBuilder()
            : type == typeof(Stream) ? Own(new MemoryStream([1, 2, 3]))
            : type == typeof(object) ? "object"
            : null;
    }

    private T Pick<T>(IEnumerable<T> from) => Pick(from.ToArray());

    private T Pick<T>(T[] from) => from[random.Next(from.Length)];
}
