namespace WassersteinAutoEncoders.Tests.ArgumentErrors;

/// <summary>A mistake that a caller can make, and what the message says about it.</summary>
/// <param name="Type">The type whose public entry is misused.</param>
/// <param name="Mistake">The mistake, in words.</param>
/// <param name="Use">The call. What is misused is made in it, not before: rows are listed outside any test.</param>
/// <param name="Expected">A part of the message: what was expected.</param>
/// <param name="Came">A part of the message: what came.</param>
public sealed record WrongUse(Type Type, string Mistake, Action Use, string Expected, string Came)
{
    public override string ToString() => $"{Type.Name}: {Mistake}";
}
