using System.Runtime.CompilerServices;

namespace WassersteinAutoEncoders;

/// <content>Checks of numbers and enumerations.</content>
internal static partial class Guard
{
    /// <summary>A finite number.</summary>
    public static double CheckFinite(double value, [CallerArgumentExpression(nameof(value))] string name = "")
        => double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"Expected '{name}' to be a finite number. Pass one that is neither NaN nor infinite.");

    /// <summary>A finite number > 0.</summary>
    public static double CheckPositive(double value, [CallerArgumentExpression(nameof(value))] string name = "")
        => double.IsFinite(value) && value > 0
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"Expected '{name}' to be a finite number greater than 0. Pass a positive one.");

    /// <summary>A finite number ≥ 0.</summary>
    public static double CheckNonNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "")
        => double.IsFinite(value) && value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"Expected '{name}' to be a finite number of at least 0. Pass 0 or a positive one.");

    /// <summary>A probability strictly between 0 and 1.</summary>
    public static double CheckProbability(double value, [CallerArgumentExpression(nameof(value))] string name = "")
        => value > 0 && value < 1
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"Expected '{name}' to lie strictly between 0 and 1. Pass a fraction such as 0.01.");

    /// <summary>The index of a coordinate of a space of d dimensions.</summary>
    public static long CheckDimension(long value, long dimensions, [CallerArgumentExpression(nameof(value))] string name = "")
        => value >= 0 && value < dimensions
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"Expected '{name}' to be a coordinate from 0 to {dimensions - 1}. Count dimensions from 0.");

    /// <summary>A whole number of at least a minimum.</summary>
    public static long CheckAtLeast(long value, long minimum, [CallerArgumentExpression(nameof(value))] string name = "")
        => value >= minimum
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"Expected '{name}' to be at least {minimum}. Pass {minimum} or more.");

    /// <summary>A named value of an enumeration.</summary>
    public static T CheckDefined<T>(T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : struct, Enum
        => Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"Expected '{name}' to be one of {string.Join(", ", Enum.GetNames<T>())}. Pass a named value.");

    /// <summary>A whole number of at least a minimum.</summary>
    public static int CheckAtLeast(int value, int minimum, [CallerArgumentExpression(nameof(value))] string name = "")
        => (int)CheckAtLeast((long)value, minimum, name);

    /// <summary>At least 0 and less than 1.</summary>
    public static double CheckFraction(double value, [CallerArgumentExpression(nameof(value))] string name = "")
        => value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"Expected '{name}' to be at least 0 and less than 1. Pass 0 or a fraction of 1.");

    /// <summary>Between two numbers, both included.</summary>
    public static double CheckBetween(double value, double minimum, double maximum, [CallerArgumentExpression(nameof(value))] string name = "")
        => value >= minimum && value <= maximum
            ? value
            : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"Expected '{name}' to lie between {minimum:R} and {maximum:R}. Pass a number in this range."));
}
