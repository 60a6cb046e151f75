using System.Runtime.CompilerServices;

namespace WassersteinAutoEncoders.Training;

/// <summary>Range checks of numbers; the message names the parameter or option, what was expected, what came and what to do.</summary>
internal static class Check
{
    public static double NonNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "")
        => double.IsFinite(value) && value >= 0 ? value : throw Wrong(name, value, "finite and at least 0", "Pass 0 or a positive number");

    public static double Positive(double value, [CallerArgumentExpression(nameof(value))] string name = "")
        => double.IsFinite(value) && value > 0 ? value : throw Wrong(name, value, "finite and greater than 0", "Pass a positive number");

    public static double Finite(double value, [CallerArgumentExpression(nameof(value))] string name = "")
        => double.IsFinite(value) ? value : throw Wrong(name, value, "finite", "Pass a number that is neither NaN nor infinite");

    /// <summary>At least 0 and less than 1.</summary>
    public static double Fraction(double value, [CallerArgumentExpression(nameof(value))] string name = "")
        => value is >= 0 and < 1 ? value : throw Wrong(name, value, "at least 0 and less than 1", "Pass 0 or a fraction of 1");

    public static double Between(double value, double minimum, double maximum, [CallerArgumentExpression(nameof(value))] string name = "")
        => value >= minimum && value <= maximum ? value : throw Wrong(name, value, FormattableString.Invariant($"between {minimum:R} and {maximum:R}"), "Pass a number in this range");

    public static long AtLeast(long value, long minimum, [CallerArgumentExpression(nameof(value))] string name = "")
        => value >= minimum ? value : throw Wrong(name, value, $"at least {minimum}", $"Pass {minimum} or more");

    public static int AtLeast(int value, int minimum, [CallerArgumentExpression(nameof(value))] string name = "")
        => value >= minimum ? value : throw Wrong(name, value, $"at least {minimum}", $"Pass {minimum} or more");

    public static T Defined<T>(T value, [CallerArgumentExpression(nameof(value))] string name = "") where T : struct, Enum
        => Enum.IsDefined(value) ? value : throw Wrong(name, value, $"one of {string.Join(", ", Enum.GetNames<T>())}", "Pass one of these by name");

    private static ArgumentOutOfRangeException Wrong(string name, object value, string expected, string advice)
        => new(name, value, $"'{name}' must be {expected}, but is {FormattableString.Invariant($"{value}")}. {advice}.");
}
