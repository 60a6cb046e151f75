using System.Globalization;
using System.Text;

namespace Fuzz;

/// <summary>A forbidden outcome: the first call that had it, and how many did.</summary>
public sealed record Fault(string Member, string Kind, string Detail, int Index)
{
    public int Times { get; set; } = 1;
}

/// <summary>What a run found.</summary>
public sealed class Summary
{
    private readonly HashSet<string> _members = [];

    public int Calls { get; private set; }

    public int MemberCount => _members.Count;

    /// <summary>Calls that were made once more with more memory, and counted then.</summary>
    public int Repeated { get; set; }

    public SortedDictionary<string, int> Outcomes { get; } = new(StringComparer.Ordinal);

    public List<Fault> Faults { get; } = [];

    public void Add(int index, string member, Outcome outcome)
    {
        if (outcome.Kind != "not made")
        {
            Calls++;
            _members.Add(member);
        }

        Outcomes[outcome.Kind] = Outcomes.GetValueOrDefault(outcome.Kind) + 1;
        if (!outcome.IsFault)
        {
            return;
        }

        if (Faults.Find(fault => fault.Member == member && fault.Kind == outcome.Kind) is { } known)
        {
            known.Times++;
        }
        else
        {
            Faults.Add(new(member, outcome.Kind, outcome.Detail, index));
        }
    }

    public string Text()
    {
        var text = new StringBuilder();
        foreach (var fault in Faults.OrderBy(fault => fault.Member, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"FAULT {fault.Member}: {fault.Kind}, {fault.Times} times, first in call {fault.Index}: {fault.Detail}");
        }

        text.AppendLine(string.Join(", ", Outcomes.OrderByDescending(o => o.Value).Select(o => $"{o.Key} {o.Value}")));
        return text.Append(CultureInfo.InvariantCulture, $"{Calls} calls of {MemberCount} members, {Repeated} of them repeated with more memory, {Faults.Count} faults").ToString();
    }
}
