using System.Reflection;
using System.Reflection.Emit;
using TorchSharp;
using WassersteinAutoEncoders.Priors;

namespace Package.Tests;

/// <summary>
/// Every number that the packages hand to libtorch is held until it has been read. TorchSharp makes a scalar of it and passes the address alone: where
/// another thread collects during the call, the finalizer frees what is about to be read (docs/memory-and-devices.md, "Numbers beside tensors").
/// </summary>
public class HeldNumbersTests
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>Where scalars are made, and held: each in a block or a field.</summary>
    private static readonly HashSet<string> Holders = ["HeldScalars", "Scalars", "Guard", "ImageSet"];

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (OpCode)f.GetValue(null)!).ToDictionary(code => code.Value);

    private static readonly HashSet<MethodBase> Unheld = FindUnheld();

    /// <summary>The packages, the tool, and the data sets that tool and samples read: in the tool the console's bar, and in its tests the runner, are threads that collect.</summary>
    public static TheoryData<string> Names => [.. Packages.Assemblies.Select(a => a.GetName().Name!), "wae", "WassersteinAutoEncoders.Samples.Data"];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_number_is_left_to_the_finalizer_while_libtorch_reads_it(string package)
    {
        var calls = (
            from method in Methods(Assembly.Load(package))
            from called in Calls(method)
            where Makes(called) ? !Holders.Contains(method.DeclaringType!.Name) : Unheld.Contains(called) && !GivesTensorsAlone(method, called)
            select $"{method.DeclaringType!.Name}.{method.Name} calls {called.DeclaringType!.Name}.{called.Name}; take it from HeldScalars, or hold the scalar there").Distinct().ToList();
        Assert.True(calls.Count == 0, string.Join('\n', calls));
    }

    [Fact]
    public void What_makes_scalars_is_seen()
    {
        var tensor = typeof(torch.Tensor);
        Assert.Contains(tensor.GetMethod("op_Addition", [tensor, tensor])!, Unheld);
        Assert.Contains(tensor.GetMethod("op_Multiply", [tensor, typeof(double)])!, Unheld);
        Assert.Contains(tensor.GetMethod("square", [])!, Unheld);
        Assert.Contains(typeof(TensorExtensionMethods).GetMethod("ToDouble", [tensor])!, Unheld);
        Assert.Contains(typeof(torch.nn.functional).GetMethod("softplus")!, Unheld);
        Assert.DoesNotContain(tensor.GetMethod("op_Subtraction", [tensor, tensor])!, Unheld);
        Assert.Contains(Calls(typeof(IPrior).Assembly.GetType("WassersteinAutoEncoders.Numerics.HeldScalars")!.GetMethod("Times", [tensor, typeof(double)])!), Makes);
    }

    /// <summary>What in TorchSharp makes a scalar of a number, itself or through another member that does.</summary>
    private static HashSet<MethodBase> FindUnheld()
    {
        var callers = (
            from method in Methods(typeof(torch).Assembly)
            where method.DeclaringType != typeof(Scalar) && method.DeclaringType != typeof(ScalarExtensionMethods)
            from called in Calls(method)
            select (Called: called, Caller: method)).ToLookup(c => c.Called, c => c.Caller);
        var found = new HashSet<MethodBase>();
        var open = new Queue<MethodBase>(callers.Where(c => Makes(c.Key)).SelectMany(c => c));
        while (open.TryDequeue(out var next))
        {
            if (found.Add(next))
            {
                foreach (var caller in callers[next])
                {
                    open.Enqueue(caller);
                }
            }
        }

        return found;
    }

    /// <summary>A script's call makes scalars of the numbers among its arguments, and this one has none.</summary>
    private static bool GivesTensorsAlone(MethodBase caller, MethodBase called)
        => called.DeclaringType == typeof(torch.jit.CompilationUnit) && caller is { Name: "SetData", DeclaringType.Name: "ReducedWeights" };

    private static bool Makes(MethodBase method)
        => (method.DeclaringType == typeof(Scalar) && method.Name == "op_Implicit")
            || (method.DeclaringType?.Assembly == typeof(torch).Assembly && method.Name is "ToScalar" or "ToBFloat16Scalar");

    internal static IEnumerable<MethodBase> Methods(Assembly assembly)
        => assembly.GetTypes().SelectMany(type => type.GetMethods(Own).Concat<MethodBase>(type.GetConstructors(Own)));

    /// <summary>The methods that the body of a method names, generic ones by their definition.</summary>
    internal static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } body)
        {
            yield break;
        }

        var ofType = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var i = 0; i < body.Length;)
        {
            var code = body[i] == 0xFE ? Codes[(short)(0xFE00 | body[i + 1])] : Codes[body[i]];
            i += code.Size;
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineTok
                && method.Module.ResolveMember(BitConverter.ToInt32(body, i), ofType, ofMethod) is MethodBase called)
            {
                yield return called.IsGenericMethod || called.DeclaringType is { IsGenericType: true } ? called.Module.ResolveMethod(called.MetadataToken)! : called;
            }

            i += Length(code.OperandType, body, i);
        }
    }

    private static int Length(OperandType operand, byte[] body, int at) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(body, at),
        _ => 4,
    };
}
