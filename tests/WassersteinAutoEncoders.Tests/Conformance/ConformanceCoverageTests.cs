using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Conformance;

/// <summary>Whoever adds an implementation to the library derives a class from the interface's conformance suite, or this fails.</summary>
public class ConformanceCoverageTests
{
    public static TheoryData<Type, Type> Suites => new()
    {
        { typeof(IKernel), typeof(KernelConformance<>) },
        { typeof(IPrior), typeof(PriorConformance<>) },
        { typeof(ILatentDivergence), typeof(DivergenceConformance<>) },
        { typeof(IReconstructionCost), typeof(CostConformance<>) },
    };

    /// <summary>
    /// The suites know no labels, no pictures and no networks: a divergence of each class has tests of its own among those of conditional models, and penalties of an encoder and costs of pictures and of features have theirs.
    /// </summary>
    private static readonly Type[] TestedElsewhere = [typeof(PerClassDivergence), typeof(EncoderPenalty), typeof(StructuralSimilarityCost), typeof(PerceptualCost)];

    [Theory]
    [MemberData(nameof(Suites))]
    public void Every_implementation_has_a_conformance_class(Type contract, Type suite)
        => CheckCovered(contract.Assembly.GetExportedTypes().Where(contract.IsAssignableFrom).Where(type => !TestedElsewhere.Contains(type)), suite);

    /// <summary>Encoders are modules, as critics are: their folder tells them apart. The suite is about their randomness.</summary>
    [Fact]
    public void Every_stochastic_encoder_has_a_conformance_class()
        => CheckCovered(
            typeof(IStochasticModule).Assembly.GetExportedTypes().Where(type => type.Namespace == typeof(IStochasticModule).Namespace && typeof(IStochasticModule).IsAssignableFrom(type) && typeof(Module<Tensor, Tensor>).IsAssignableFrom(type)),
            typeof(EncoderConformance<>));

    private static void CheckCovered(IEnumerable<Type> types, Type suite)
    {
        var implementations = types.Where(type => type is { IsClass: true, IsAbstract: false }).ToList();
        var covered = typeof(ConformanceCoverageTests).Assembly.GetTypes().Where(type => !type.IsAbstract).Select(type => Subject(type, suite)).ToHashSet();

        Assert.NotEmpty(implementations);
        Assert.Empty(implementations.Where(type => !covered.Contains(type)).Select(type => $"{type.Name} has no class derived from {suite.Name.Split('`')[0]}<{type.Name}>"));
    }

    /// <summary>The T of the <c>Suite&lt;T&gt;</c> that a class derives from.</summary>
    private static Type? Subject(Type type, Type suite)
    {
        for (var current = type.BaseType; current is not null; current = current.BaseType)
        {
            if (current.IsGenericType && current.GetGenericTypeDefinition() == suite)
            {
                return current.GetGenericArguments()[0];
            }
        }

        return null;
    }
}
