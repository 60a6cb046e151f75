using System.Globalization;

namespace WassersteinAutoEncoders.Testing;

/// <summary>A law that does not hold.</summary>
/// <param name="Law">The law, a sentence.</param>
/// <param name="Expected">What should have been found.</param>
/// <param name="Found">What was found, with figures.</param>
/// <param name="Sizes">The sizes and element type of the first case where it does not hold.</param>
/// <param name="Seed">The seed of the points that it was tried on: the same seed repeats the case.</param>
public sealed record LawViolation(string Law, string Expected, string Found, string Sizes, ulong Seed)
{
    /// <summary>One line that says all of it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Law}: expected {Expected}, but found {Found} ({Sizes}, seed {Seed}).");
}

/// <summary>Which laws were tried on a part, and which of them do not hold.</summary>
/// <param name="Subject">The part, by its type's name.</param>
/// <param name="Laws">The laws that were tried.</param>
/// <param name="Violations">Those that do not hold, at most one entry for each law; empty where all hold.</param>
public sealed record LawReport(string Subject, IReadOnlyList<string> Laws, IReadOnlyList<LawViolation> Violations)
{
    /// <summary>The laws that were tried.</summary>
    public IReadOnlyList<string> Laws { get; init => field = Guard.CheckItems(value, nameof(Laws)); } = Guard.CheckItems(Laws, nameof(Laws));

    /// <summary>Those that do not hold, at most one entry for each law; empty where all hold.</summary>
    public IReadOnlyList<LawViolation> Violations { get; init => field = Guard.CheckItems(value, nameof(Violations)); } = Guard.CheckItems(Violations, nameof(Violations));

    /// <summary>Whether every law that was tried holds.</summary>
    public bool IsSatisfied => Violations.Count == 0;

    /// <summary>Throws where a law does not hold: the last line of a test, whatever its framework.</summary>
    /// <exception cref="LawViolationException">A law does not hold; the message is that of <see cref="ToString"/>.</exception>
    public void ThrowIfViolated()
    {
        if (!IsSatisfied)
        {
            throw new LawViolationException(ToString());
        }
    }

    /// <summary>What was found, one line for each violation.</summary>
    public override string ToString() => IsSatisfied
        ? $"{Subject} satisfies the {Laws.Count} laws that were tried."
        : $"{Subject} violates {Violations.Count} of {Laws.Count} laws:{string.Concat(Violations.Select(violation => $"\n- {violation}"))}";
}

/// <summary>A part does not keep to the laws of its kind.</summary>
/// <param name="message">Which laws, with figures.</param>
public sealed class LawViolationException(string message) : Exception(message);
