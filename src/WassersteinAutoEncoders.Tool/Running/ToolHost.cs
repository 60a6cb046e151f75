using System.CommandLine;
using System.Runtime.InteropServices;

namespace WassersteinAutoEncoders.Tool.Running;

/// <summary>What a command gives back to the shell.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>It could not do what was asked.</summary>
    public const int Failure = 1;

    /// <summary>The command line was not understood or asks for something impossible.</summary>
    public const int Usage = 2;

    /// <summary>Ctrl-C or a request to end, as shells count it: 128 + SIGINT.</summary>
    public const int Interrupted = 130;
}

/// <summary>Runs a command: mistakes and failures in one line each, signals, exit codes.</summary>
internal static class ToolHost
{
    /// <summary>Makes a command do its work.</summary>
    /// <typeparam name="T">The command's settings.</typeparam>
    /// <param name="command">The command, with its options.</param>
    /// <param name="read">Makes settings of a command line without errors of its own, or tells the mistakes in it.</param>
    /// <param name="run">Does the work and gives back the exit code; what it throws for a user's or a file's fault becomes one line.</param>
    public static Command Runs<T>(this Command command, Func<ParseResult, (T Settings, IReadOnlyList<string> Mistakes)> read, Func<T, CancellationToken, int> run)
    {
        command.SetAction(line =>
        {
            var (settings, mistakes) = read(line);
            return mistakes.Count > 0 ? Mistakes(mistakes, command) : Guarded(token => run(settings, token));
        });
        return command;
    }

    /// <summary>Tells mistakes in a command line.</summary>
    public static int Mistakes(IReadOnlyList<string> mistakes, Command command)
    {
        foreach (var mistake in mistakes)
        {
            Console.Error.WriteLine($"error: {mistake}");
        }

        Console.Error.WriteLine($"wae {(command is RootCommand ? "" : command.Name + " ")}--help lists what there is.");
        return ExitCode.Usage;
    }

    private static int Guarded(Func<CancellationToken, int> run)
    {
        using var signals = new StopSignals();
        try
        {
            var code = run(signals.Token);
            return signals.Token.IsCancellationRequested ? ExitCode.Interrupted : code;
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            Console.Error.WriteLine("interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception failure)
        {
            // A file, a folder, a device or a value is at fault where the message says so; anything else is this program's.
            var expected = failure is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or NotSupportedException;
            Console.Error.WriteLine($"error: {(expected ? OneLine(failure.Message) : failure.ToString())}");
            return ExitCode.Failure;
        }
    }

    private static string OneLine(string message) => string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}

/// <summary>Turns the first Ctrl-C or request to end into a cancellation, so that the step in progress is finished and the pictures are still written; the second one ends the process.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = !_source.IsCancellationRequested;
        if (context.Cancel)
        {
            _source.Cancel();
        }
    }
}
