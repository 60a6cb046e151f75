using System.Globalization;
using TorchSharp;
using WassersteinAutoEncoders.Numerics;

namespace WassersteinAutoEncoders.Testing;

/// <summary>Tries laws and writes down those that do not hold.</summary>
internal sealed class LawBook(object subject, LawOptions options)
{
    private const int LongestMessage = 300;

    private readonly List<string> _laws = [];
    private readonly List<LawViolation> _violations = [];

    public LawReport Report => new(subject.GetType().Name, _laws, _violations);

    /// <summary>Tries a law in one case, unless it failed in an earlier one.</summary>
    /// <param name="law">The law.</param>
    /// <param name="expected">What should be found.</param>
    /// <param name="sizes">The case.</param>
    /// <param name="find">Looks; <see langword="null"/> where the law holds. An exception is a violation.</param>
    public void Try(string law, string expected, string sizes, Func<string?> find)
    {
        if (!_laws.Contains(law))
        {
            _laws.Add(law);
        }
        else if (_violations.Exists(violation => violation.Law == law))
        {
            return;
        }

        string? found;
        using var scope = torch.NewDisposeScope();
        try
        {
            found = find();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            found = $"{e.GetType().Name} \"{FirstLine(e.Message)}\"";
        }

        if (found is not null)
        {
            _violations.Add(new(law, expected, found, sizes, options.Seed));
        }
    }

    /// <summary>Tries that calls are refused.</summary>
    public void TryRefusals(string sizes, params ReadOnlySpan<(string What, Action Call)> calls)
    {
        foreach (var (what, call) in calls)
        {
            Try("arguments that do not fit are refused", $"an ArgumentException for {what}", sizes, () =>
            {
                try
                {
                    call();
                }
                catch (ArgumentException)
                {
                    return null;
                }

                return "that it was taken";
            });
        }
    }

    /// <summary>How two results differ, or <see langword="null"/> where they agree to a tolerance relative to 1 or the largest number expected.</summary>
    public static string? Difference(torch.Tensor expected, torch.Tensor actual, double tolerance)
    {
        if (!expected.shape.SequenceEqual(actual.shape))
        {
            return $"the shape {Shape(actual)} beside {Shape(expected)}";
        }

        var (wide, other) = (expected.detach().to(torch.ScalarType.Float64), actual.detach().to(torch.ScalarType.Float64));
        var scale = Scalars.Read(wide.abs().max());
        var difference = Scalars.Read((wide - other).abs().max());
        return difference <= tolerance * Math.Max(1, scale) ? null : $"a difference of {Text(difference)} where values reach {Text(scale)}";
    }

    /// <summary>How two numbers differ, or <see langword="null"/>.</summary>
    public static string? Difference(double expected, double actual, double tolerance)
        => Math.Abs(expected - actual) <= tolerance ? null : $"{Text(actual)} beside {Text(expected)}";

    /// <summary>Whether all numbers are finite.</summary>
    public static bool IsFinite(torch.Tensor x) => Scalars.All(x.detach().isfinite());

    public static string Shape(torch.Tensor x) => $"[{string.Join(", ", x.shape)}]";

    public static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private static string FirstLine(string message)
    {
        var line = message.Split('\n')[0].TrimEnd();
        return line.Length <= LongestMessage ? line : line[..LongestMessage] + "…";
    }
}
