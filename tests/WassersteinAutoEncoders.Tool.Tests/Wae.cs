using System.Text;
using WassersteinAutoEncoders.Tool.CommandLine;

namespace WassersteinAutoEncoders.Tool.Tests;

/// <summary>Command lines run in this process, with what they write.</summary>
internal static class Wae
{
    /// <summary>Runs a command line to its end.</summary>
    public static (int Code, string Output) Run(params string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        var text = new StringBuilder();
        using var writer = TextWriter.Synchronized(new StringWriter(text));
        try
        {
            Console.SetOut(writer);
            Console.SetError(writer);
            return (WaeCommand.Run(arguments), text.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    /// <summary>Runs a command line that must succeed, and gives back what it wrote.</summary>
    public static string Succeed(params string[] arguments)
    {
        var (code, output) = Run(arguments);
        Assert.True(code == 0, $"exit code {code}:\n{output}");
        return output;
    }

    /// <summary>Runs a command line that must fail with one clear line.</summary>
    public static void Fail(int expected, string message, params string[] arguments)
    {
        var (code, output) = Run(arguments);
        Assert.True(code == expected, $"exit code {code}:\n{output}");
        Assert.Contains("error: ", output, StringComparison.Ordinal);
        Assert.Contains(message, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
    }
}
