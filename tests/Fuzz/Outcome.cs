using System.Reflection;

namespace Fuzz;

/// <summary>What came of a call, and whether that is allowed.</summary>
/// <param name="Kind">"success", the exception's type, or what went wrong otherwise.</param>
/// <param name="IsFault">Whether it is forbidden.</param>
/// <param name="Detail">For a fault: message and where it came from.</param>
public sealed record Outcome(string Kind, bool IsFault, string Detail)
{
    public static readonly Outcome Success = new("success", false, "");

    public static Outcome Of(Exception e) => new(e.GetType().Name, !IsAllowed(e), IsAllowed(e) ? "" : $"{e.Message.Split('\n')[0]} at {Place(e)}");

    /// <summary>What a caller may be told: a wrong argument, a wrong moment, a wrong file, a run that diverged, or the caller's own exception.</summary>
    public static bool IsAllowed(Exception e) => e switch
    {
        TargetInvocationException { InnerException: { } inner } => IsAllowed(inner),
        AggregateException several => several.InnerExceptions.All(IsAllowed),
        CallerException or NotMadeException or OperationCanceledException or InvalidOperationException or InvalidDataException
            or IOException or UnauthorizedAccessException or NotSupportedException => true,
        ArgumentException argument => IsOurs(argument),
        ArithmeticException => Members.IsOurs(e.GetType()),
        _ when e.GetType().Name == "LawViolationException" => true,
        _ => e.InnerException is { } inner && Members.IsOurs(e.GetType()) && IsAllowed(inner),
    };

    // An ArgumentException of somebody else's, deep inside, is as little help as a native one; of a path the system's own words will do.
    // A lambda of ours may have been inlined into the query that calls it.
    private static bool IsOurs(ArgumentException e)
        => Frames(e).SkipWhile(frame => frame.StartsWith("System.Argument", StringComparison.Ordinal) || frame.StartsWith("System.Linq.Enumerable", StringComparison.Ordinal)).FirstOrDefault("") is var thrower
            && (thrower.StartsWith("WassersteinAutoEncoders.", StringComparison.Ordinal) || thrower.StartsWith("System.IO.", StringComparison.Ordinal));

    private static string Place(Exception e) => string.Join(" < ", Frames(e).Where(frame => frame.StartsWith("WassersteinAutoEncoders.", StringComparison.Ordinal)).Take(3));

    private static IEnumerable<string> Frames(Exception e)
        => new System.Diagnostics.StackTrace(e).GetFrames().Select(frame => frame.GetMethod()).OfType<MethodBase>().Select(method => $"{method.DeclaringType?.FullName}.{method.Name}");
}
