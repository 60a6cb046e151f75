using WassersteinAutoEncoders.Costs;

namespace WassersteinAutoEncoders.Tests.Conformance;

/// <summary>What every reconstruction cost keeps to. An implementation has one derived class and so runs every law that it claims.</summary>
/// <typeparam name="T">The cost.</typeparam>
public abstract class CostConformance<T>
    where T : IReconstructionCost
{
    /// <summary>The cost.</summary>
    protected abstract T Create();

    /// <summary>What it gives where every input is reconstructed exactly, or <see langword="null"/> where that depends on the input.</summary>
    protected virtual double? AtIdentity => 0;

    [Fact]
    public void The_laws_hold() => CostLaws.Check(Create(), new CostLawOptions { Strict = true, ValueAtIdentity = AtIdentity }).ThrowIfViolated();
}
