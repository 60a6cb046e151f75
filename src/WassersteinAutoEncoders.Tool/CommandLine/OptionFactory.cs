using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace WassersteinAutoEncoders.Tool.CommandLine;

/// <summary>Options with error messages that name what was expected and what came.</summary>
internal static class OptionFactory
{
    private const int LongestHelp = 60;

    /// <summary>One of several names, whatever their case.</summary>
    public static Option<T?> Choice<T>(string name, string description, (string Name, T Value)[] choices)
        where T : struct, Enum
    {
        var option = new Option<T?>(name)
        {
            Description = description,
            HelpName = Choices.Listed(choices) is { Length: <= LongestHelp } listed ? listed : "name",
            CustomParser = argument => Parse(argument, name, choices),
        };
        // Of an enum the names in the code are offered as well, unless they are taken out.
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. choices.Select(choice => choice.Name)]);
        return option;
    }

    /// <summary>Several names, separated by commas.</summary>
    public static Option<T[]?> List<T>(string name, string description, (string Name, T Value)[] choices)
        => new(name)
        {
            Description = description,
            HelpName = "a,b,…",
            CustomParser = argument =>
            {
                var values = new List<T>();
                foreach (var text in argument.Tokens.Single().Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                {
                    var at = Array.FindIndex(choices, choice => string.Equals(choice.Name, text, StringComparison.OrdinalIgnoreCase));
                    if (at < 0)
                    {
                        argument.AddError($"{name} takes {string.Join(", ", choices.Select(choice => choice.Name))}, not '{text}'.");
                        return null;
                    }

                    values.Add(choices[at].Value);
                }

                return [.. values];
            },
        };

    /// <summary>Several whole numbers, separated by commas.</summary>
    public static Option<long[]?> Wholes(string name, string description)
        => new(name)
        {
            Description = description,
            HelpName = "n,m,…",
            CustomParser = argument =>
            {
                var values = new List<long>();
                foreach (var text in argument.Tokens.Single().Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                {
                    if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                    {
                        argument.AddError($"{name} takes whole numbers, 0 or more, separated by commas, not '{text}'.");
                        return null;
                    }

                    values.Add(value);
                }

                return [.. values.Distinct()];
            },
        };

    /// <summary>Any text.</summary>
    public static Option<string?> Text(string name, string description, string help, params string[] aliases) => new(name, aliases) { Description = description, HelpName = help };

    /// <summary>A number, with a point whatever the machine's language.</summary>
    public static Option<double?> Number(string name, string description)
        => new(name) { Description = description, HelpName = "x", CustomParser = argument => Parse<double>(argument, name, "a number") };

    /// <summary>A whole number.</summary>
    public static Option<int?> Whole(string name, string description)
        => new(name) { Description = description, HelpName = "n", CustomParser = argument => Parse<int>(argument, name, "a whole number") };

    /// <summary>A whole number that may be large.</summary>
    public static Option<long?> Long(string name, string description)
        => new(name) { Description = description, HelpName = "n", CustomParser = argument => Parse<long>(argument, name, "a whole number") };

    private static T? Parse<T>(ArgumentResult argument, string name, (string Name, T Value)[] choices)
        where T : struct
    {
        var text = argument.Tokens.Single().Value;
        foreach (var choice in choices)
        {
            if (string.Equals(choice.Name, text, StringComparison.OrdinalIgnoreCase))
            {
                return choice.Value;
            }
        }

        argument.AddError($"{name} must be one of {string.Join(", ", choices.Select(choice => choice.Name))}, it is '{text}'.");
        return null;
    }

    private static T? Parse<T>(ArgumentResult argument, string name, string kind)
        where T : struct, INumberBase<T>
    {
        var text = argument.Tokens.Single().Value;
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        argument.AddError($"{name} must be {kind}, it is '{text}'.");
        return null;
    }
}
