using System.Reflection;
using System.Runtime.CompilerServices;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Reporting;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;

namespace Package.Tests;

/// <summary>Tensors have no equality of values that a record could ask for: libtorch compares numbers, and throws on the meta device.</summary>
public class RecordTests
{
    [Fact]
    public void A_record_that_holds_tensors_does_not_leave_equality_to_the_compiler()
    {
        var holders = Packages.Assemblies.SelectMany(a => a.GetExportedTypes())
            .Where(type => type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public) is not null && Fields(type).Any(field => Holds(field.FieldType)))
            .ToList();
        Assert.Contains(typeof(WaeStepResult), holders);
        Assert.All(holders, type => Assert.False(type.GetMethod("Equals", [type])!.IsDefined(typeof(CompilerGeneratedAttribute)), $"{type.Name} compares tensors by value"));
    }

    [Fact]
    public void Records_of_tensors_are_equal_to_themselves_alone_whatever_the_tensors_are()
    {
        using var scope = NewDisposeScope();
        var gone = ones(2);
        gone.Dispose();
        foreach (var tensor in new[] { ones(2), empty([2], device: META), ones(2).to_sparse(), gone })
        {
            AloneEqual(new CriticLoss(tensor, []), loss => loss with { });
            AloneEqual(new WaeStepResult(tensor, tensor, tensor, 1, []), result => result with { });
            AloneEqual(new CodeProbe(tensor), probe => probe with { });
            AloneEqual(new ImageProbe(tensor, new ImageShape(1, 1, 1), PixelRange.Unit), probe => probe with { });
        }
    }

    private static void AloneEqual<T>(T record, Func<T, T> copy)
        where T : class
    {
        var other = copy(record);
        Assert.True(record.Equals((object)record));
        Assert.False(record.Equals((object)other));
        Assert.Equal(record.GetHashCode(), record.GetHashCode());
        Assert.Single(new HashSet<T> { record, record });
    }

    private static IEnumerable<FieldInfo> Fields(Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    private static bool Holds(Type type)
        => typeof(Tensor).IsAssignableFrom(type) || (type.IsGenericType && type.IsValueType && type.GetGenericArguments().Any(Holds));
}
