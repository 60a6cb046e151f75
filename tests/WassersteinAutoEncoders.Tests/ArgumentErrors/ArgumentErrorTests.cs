using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.ArgumentErrors;

/// <summary>
/// Every public entry against the mistakes that can be made there. An <see cref="ArgumentException"/> says what was expected, what came and
/// what to do. New rows go into the list of their folder.
/// </summary>
public partial class ArgumentErrorTests
{
    private static readonly string[] Folders = ["Kernels", "Priors", "Divergences", "Costs", "Encoders", "Training.Data", "Training.Optimizers", "Training.Schedules"];

    private static readonly IReadOnlyList<WrongUse> All =
        [.. PriorMistakes.Rows, .. CostMistakes.Rows, .. DivergenceMistakes.Rows, .. EncoderMistakes.Rows, .. KernelMistakes.Rows, .. TrainingMistakes.Rows, .. ScheduleMistakes.Rows];

    public static TheoryData<string> Rows => [.. All.Select(row => row.ToString())];

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_message_says_what_was_expected_what_came_and_what_to_do(string name)
    {
        var row = All.Single(r => r.ToString() == name);
        using var scope = NewDisposeScope();
        var error = Record.Exception(row.Use);
        if (error is not ArgumentException)
        {
            Assert.Fail($"an ArgumentException was expected, but {error?.GetType().Name ?? "nothing"} came: {error?.Message}");
        }

        Assert.Contains(row.Expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(row.Came, error.Message, StringComparison.Ordinal);

        // What to do is a sentence of its own, after the first.
        Assert.Matches(Advice(), error.Message);
    }

    [Fact]
    public void Every_type_with_arguments_has_a_row()
    {
        var covered = All.Select(row => row.Type).ToHashSet();
        var missing = typeof(Guard).Assembly.GetExportedTypes()
            .Where(t => t is { IsClass: true, IsAbstract: false } && Folders.Contains(t.Namespace?[(t.Namespace.IndexOf('.', StringComparison.Ordinal) + 1)..]) && !typeof(Delegate).IsAssignableFrom(t))
            .Where(t => t.GetMethod("<Clone>$") is null && !covered.Contains(t))
            .Select(t => t.Name);
        Assert.Empty(missing);
    }

    [GeneratedRegex(@"\. [A-Z][^.]+.*\.")]
    private static partial Regex Advice();
}
