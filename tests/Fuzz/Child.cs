using System.Collections;
using System.Reflection;
using static TorchSharp.torch;

namespace Fuzz;

/// <summary>The process that makes the calls and may die of one; says before each which it is, and afterwards what came of it.</summary>
public static class Child
{
    /// <summary>Makes the calls from <paramref name="first"/> up to <paramref name="last"/>, exclusive.</summary>
    public static void Run(int seed, int first, int last, string only, string folder)
    {
        var order = Order(seed, only);
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        Console.SetOut(TextWriter.Null);
        for (var index = first; index < last; index++)
        {
            var member = order[index % order.Length];
            output.WriteLine($"B\t{index}\t{member.Name}");
            var outcome = Call(member, seed, index, folder, describe: null);
            output.WriteLine($"E\t{index}\t{outcome.Kind}\t{outcome.IsFault}\t{outcome.Detail.ReplaceLineEndings(" ").Replace('\t', ' ')}");
        }
    }

    /// <summary>One call, described.</summary>
    public static void One(int seed, int index, string only)
    {
        var order = Order(seed, only);
        var member = order[index % order.Length];
        Console.WriteLine(member.Name);
        var folder = Directory.CreateTempSubdirectory("fuzz-one-").FullName;
        try
        {
            Console.WriteLine(Call(member, seed, index, folder, Console.WriteLine));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Member[] Order(int seed, string only)
    {
        var order = Members.All(only).ToArray();
        new Random(seed).Shuffle(order);
        return order;
    }

    private static Outcome Call(Member member, int seed, int index, string folder, Action<string>? describe)
    {
        var place = Path.Combine(folder, $"call{index}");
        var outcome = Outcome.Success;
        // A cache that the first call fills is no leak: what is left must grow again.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var values = new Values(new Random(unchecked((seed * 1_000_003) + index)), place);
            outcome = Once(member, seed + index, values, describe);
            if (Directory.Exists(place))
            {
                Directory.Delete(place, recursive: true);
            }

            if (outcome.Kind != "leak")
            {
                return outcome;
            }
        }

        return outcome;
    }

    private static Outcome Once(Member member, int torchSeed, Values values, Action<string>? describe)
    {
        random.manual_seed(torchSeed);
        var before = Tensor.TotalCount;
        object? result = null;
        Outcome outcome;
        try
        {
            result = Invoke(member, values, describe);
            Consume(result, values);
            outcome = Outcome.Success;
        }
        catch (NotMadeException e)
        {
            outcome = new("not made", false, e.Message);
        }
        catch (TargetInvocationException e)
        {
            outcome = Outcome.Of(e.InnerException!);
            describe?.Invoke(e.InnerException!.ToString());
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            outcome = Outcome.Of(e);
            describe?.Invoke(e.ToString());
        }

        Dispose(values, result);
        if (!is_grad_enabled())
        {
            set_grad_enabled(true);
            return new("gradients left switched off", true, "");
        }

        if (outcome.IsFault || Tensor.TotalCount <= before)
        {
            return outcome;
        }

        Holdings.Release([.. values.Made, result]);
        var left = Tensor.TotalCount;
        values.Made.Clear();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        // What a collection does not free is not counted: TorchSharp's count rises for good with each Parameter, which takes over another tensor's handle.
        return left > Tensor.TotalCount
            ? new("leak", true, $"{left - Tensor.TotalCount} tensors left to the finalizer; the call: {outcome.Kind}")
            : outcome;
    }

    private static object? Invoke(Member member, Values values, Action<string>? describe)
    {
        var parameters = member.Method?.GetParameters() ?? [];
        var isStatic = member.Method is ConstructorInfo or { IsStatic: true };
        // All good, one bad (the target too), or many bad.
        var (share, wrong) = values.Random.NextDouble() switch
        {
            < 0.2 => (0.0, -1),
            < 0.7 => (0.0, values.Random.Next(parameters.Length + (isStatic ? 0 : 1))),
            _ => (0.4, -1),
        };
        var target = isStatic ? null : values.Object(member.Type, bad: wrong == parameters.Length, depth: 0);
        if (target is IDisposable disposable && values.Random.Next(12) == 0)
        {
            disposable.Dispose();
        }

        if (member.Method is null)
        {
            return Members.Getters(member.Type).Select(p => p.GetValue(p.GetMethod!.IsStatic ? null : target)).ToArray();
        }

        var arguments = values.Arguments(member.Method, i => i == wrong || values.Random.NextDouble() < share, depth: 1);
        if (member.Method.IsSpecialName && target is not null && member.Method.Name.StartsWith("set_", StringComparison.Ordinal) && arguments.Length == 1)
        {
            // What the setter replaces is still ours.
            values.Own(member.Type.GetProperty(member.Method.Name[4..])?.GetMethod?.Invoke(target, null));
        }

        describe?.Invoke($"on {target ?? "nothing"} with\n  {string.Join("\n  ", arguments.Select((a, i) => $"{parameters[i].Name} = {Describe(a)}"))}");
        return member.Method is ConstructorInfo constructor ? constructor.Invoke(arguments) : member.Method.Invoke(target, arguments);
    }

    private static string Describe(object? value) => value switch
    {
        null => "null",
        Tensor { IsInvalid: true } => "a disposed tensor",
        Tensor tensor => $"{tensor.dtype} [{string.Join(", ", tensor.shape)}] on {tensor.device_type}{(tensor.is_sparse ? ", sparse" : "")}{(tensor.requires_grad ? ", with gradient" : "")}",
        string text => $"\"{(text.Length > 80 ? text[..80] + "…" : text)}\"",
        IEnumerable items and (Array or IList) => $"[{string.Join("; ", items.Cast<object?>().Select(Describe))}]",
        _ => $"{value.GetType().Name} {value}",
    };

    /// <summary>Enumerates what is lazy.</summary>
    private static void Consume(object? result, Values values)
    {
        if (result is Task task)
        {
            task.Wait();
        }

        if (result is IEnumerable items and not (string or Array or Tensor or nn.Module))
        {
            foreach (var item in items.Cast<object?>().Take(50))
            {
                Own(item, values);
            }
        }
    }

    private static void Own(object? item, Values values)
    {
        values.Own(item);
        for (var i = 0; item is System.Runtime.CompilerServices.ITuple tuple && i < tuple.Length; i++)
        {
            Own(tuple[i], values);
        }
    }

    private static void Dispose(Values values, object? result)
    {
        Release(result);
        for (var i = values.Owned.Count - 1; i >= 0; i--)
        {
            try
            {
                values.Owned[i].Dispose();
            }
            catch (IOException)
            {
                // A report's observer writes its file once more, and its path may be a bad one.
            }
        }
    }

    private static void Release(object? result)
    {
        switch (result)
        {
            case IDisposable disposable:
                disposable.Dispose();
                break;
            case System.Runtime.CompilerServices.ITuple tuple:
                for (var i = 0; i < tuple.Length; i++)
                {
                    Release(tuple[i]);
                }

                break;
            case Array items:
                foreach (var item in items)
                {
                    Release(item);
                }

                break;
        }
    }
}
