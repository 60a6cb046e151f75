using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;
using WassersteinAutoEncoders.Priors;

namespace Package.Tests;

/// <summary>
/// No step waits for a GPU: where the core's parts of a step call what waits (a value read, a copy to or from the host, a shape that depends on values), it stands
/// here with its reason. Read from the compiled package: every method of these namespaces, whether a step reaches it or not; calls through interfaces into parts of a user's own are theirs.
/// </summary>
public class WaitingCallsTests
{
    private const string OnTheCpu = "on the CPU only, where nothing is waited for";
    private const string Once = "once, not at each step";
    private const string Constants = "copied to a device once and kept";
    private const string Asked = "asked for by the caller, not by a step";
    private const string Joined = "several processes meet over the host's memory";
    private const string OnTheData = "nothing to copy where labels and data lie on one device: the order of an epoch is there already";
    private const string Pinned = "from memory fixed in place, without a wait";
    private const string Answer = "goes on by an answer: docs/memory-and-devices.md names it";

    private static readonly string[] Namespaces =
    [
        "Costs", "Divergences", "Divergences.Moments", "Divergences.Pairs", "Divergences.Slices", "Encoders", "Kernels", "Kernels.Radial", "Numerics", "Priors", "Training.Optimizers", "Training.Steps", "Training.Models", "Training.Data",
    ];

    private static readonly string[] Waiting = ["item", "cpu", "nonzero", "masked_select", "ToDouble", "ToSingle", "ToInt32", "ToInt64", "ToBoolean", "ToScalar", "data", "equal", "allclose"];

    private static readonly string[] OwnWaiting = ["Scalars.Read", "Scalars.Count", "Scalars.All", "TensorData.ToArray", "TensorData.Float64Cpu", "TensorSpan.ToArray"];

    /// <summary>Type, or type and method, and why it may.</summary>
    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["ChannelStatistics.Keep"] = Joined,
        ["ChannelStatistics.Moved"] = Joined,
        ["ChannelStatistics.Own"] = Joined,
        ["DatasetBatcher.Collect"] = OnTheCpu,
        ["DeviceNumbers.On"] = Constants,
        ["EpochOrder.Order"] = Once,
        ["Evaluator.Values"] = Asked,
        ["FiniteCheck.IsFinite"] = OnTheCpu,
        ["FirstBatchCheck.Extremes"] = Once,
        ["GaussianEncoder.Report"] = Asked,
        ["JoinedBuffers.Changes"] = Joined,
        ["JoinedBuffers.Hold"] = Joined,
        ["JoinedBuffers.Rounded"] = Joined,
        ["JoinedNormalization.Counted"] = Joined,
        ["JoinedProcesses.Broadcast"] = Joined,
        ["JoinedProcesses.GatherCodes"] = Joined,
        ["JoinedProcesses.GatherLabels"] = Joined,
        ["JoinedProcesses.Open"] = Joined,
        ["JoinedProcesses.Write"] = Joined,
        ["MedianHeuristic.Official"] = Asked,
        ["MedianHeuristic.Pooled"] = Asked,
        ["NormalizedRows.Sums"] = Joined,
        ["ParameterSet.SumOfSquares"] = OnTheCpu,
        ["PerClassDivergence.Labels"] = Answer,
        ["PriorEstimates.Estimate"] = Once,
        ["PriorRoots.Values"] = Once,
        ["PriorSamples.VarianceOf"] = Answer,
        ["Scalars.All"] = Asked,
        ["Scalars.Count"] = Asked,
        ["Scalars.Read"] = Asked,
        ["SinkhornDivergence.SolveAcross"] = Answer,
        ["SinkhornDivergence.SolveWithin"] = Answer,
        ["SinkhornDivergence.Weights"] = Answer,
        ["SliceEngine.Values"] = Asked,
        ["SpecialFunctions.NormalQuantiles"] = OnTheCpu,
        ["TensorBatcher.Rows"] = OnTheData,
        ["TensorData.Float64"] = Asked,
        ["TensorData.Float64Cpu"] = Asked,
        ["TensorData.MovedTo"] = Pinned,
        ["TensorData.ToArray"] = Asked,
        ["TensorSpan.ToArray"] = Asked,
        ["TrainingStep.Learn"] = OnTheCpu,
        ["TrainingStep.Result"] = OnTheCpu,
        ["TrainingStep.RunJoined"] = Joined,
        ["TrainingStep.Scalar"] = Joined,
        ["TransportCost.Largest"] = Answer,
    };

    [Fact]
    public void Nothing_in_a_step_waits_for_a_device_but_what_says_why()
    {
        var found = Found().ToList();
        var unexplained = found.Where(f => !Allowed.ContainsKey(f.Place)).Select(f => $"{f.Place} calls {f.Call}").Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.True(unexplained.Count == 0, string.Join('\n', unexplained));
        var places = found.Select(f => f.Place).ToHashSet();
        Assert.DoesNotContain(Allowed.Keys, place => !places.Contains(place));
    }

    [Fact]
    public void Calls_that_wait_are_seen()
    {
        Assert.Contains(Found(), f => f is { Place: "Scalars.Read", Call: "ToScalar" or "ToDouble" });
        Assert.Contains(Found(), f => f.Place.StartsWith("SinkhornDivergence.", StringComparison.Ordinal) && f.Call == "Scalars.Read");
    }

    private static IEnumerable<(string Place, string Call)> Found()
        => from method in HeldNumbersTests.Methods(typeof(IPrior).Assembly)
           let space = (method.DeclaringType!.Namespace ?? "").Replace("WassersteinAutoEncoders.", "", StringComparison.Ordinal)
           where Namespaces.Contains(space)
           from called in HeldNumbersTests.Calls(method)
           let call = Name(called)
           where call is not null
           select (Place(method), call);

    private static string? Name(MethodBase called)
    {
        var type = called.DeclaringType!;
        if (OwnWaiting.Contains($"{type.Name}.{called.Name}"))
        {
            return $"{type.Name}.{called.Name}";
        }

        return type.Assembly == typeof(torch).Assembly && Waiting.Contains(called.Name) && IsOfTensors(called) ? called.Name
            : IsCopyToDevice(called) ? "to(device)"
            : null;
    }

    private static bool IsOfTensors(MethodBase called)
        => called.DeclaringType == typeof(torch.Tensor) || called.GetParameters().FirstOrDefault()?.ParameterType == typeof(torch.Tensor);

    /// <summary>Copies to a device, and tensors made of numbers on one.</summary>
    private static bool IsCopyToDevice(MethodBase called)
        => called.DeclaringType?.Assembly == typeof(torch).Assembly && (called is { Name: "to" } && called.GetParameters().Any(p => p.ParameterType == typeof(torch.Device)));

    /// <summary>Type and method as they stand in the source, lambdas and iterators by the member that has them.</summary>
    private static string Place(MethodBase method)
    {
        var (type, name) = (method.DeclaringType!, method.Name);
        while (type.DeclaringType is not null && (type.Name.StartsWith('<') || type.IsDefined(typeof(CompilerGeneratedAttribute))))
        {
            name = type.Name.StartsWith('<') && !type.Name.StartsWith("<>", StringComparison.Ordinal) ? type.Name : name;
            type = type.DeclaringType;
        }

        if (name.StartsWith('<') && name.IndexOf('>', StringComparison.Ordinal) is > 1 and var end)
        {
            name = name[1..end];
        }

        return $"{type.Name.Split('`')[0]}.{name}";
    }
}
