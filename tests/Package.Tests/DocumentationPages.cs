using System.Text.RegularExpressions;

namespace Package.Tests;

/// <summary>The pages of the documentation and the regions of docs/Snippets that their code blocks repeat.</summary>
internal static partial class DocumentationPages
{
    /// <summary>A C# block of a page, with the name that the comment above it gives, if there is one.</summary>
    public sealed record Block(string Page, int Line, string? Region, string Code);

    public static IReadOnlyList<string> Files { get; } =
        [Path.Combine(Packages.Root, "README.md"), .. Directory.EnumerateFiles(Path.Combine(Packages.Root, "src"), "PACKAGE.md", SearchOption.AllDirectories), .. Directory.EnumerateFiles(Path.Combine(Packages.Root, "docs"), "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public static IEnumerable<Block> Blocks()
    {
        foreach (var file in Files)
        {
            var text = File.ReadAllText(file).ReplaceLineEndings("\n");
            foreach (Match match in BlockPattern().Matches(text))
            {
                var line = text.AsSpan(0, match.Index).Count('\n') + 1;
                var region = match.Groups["region"] is { Success: true } group ? group.Value : null;
                yield return new Block(Path.GetRelativePath(Packages.Root, file), line, region, match.Groups["code"].Value.TrimEnd());
            }
        }
    }

    /// <summary>Each region of docs/Snippets, with its common indentation taken off.</summary>
    public static IReadOnlyDictionary<string, string> Regions()
    {
        var regions = new Dictionary<string, string>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Packages.Root, "docs", "Snippets"), "*.cs", SearchOption.TopDirectoryOnly))
        {
            string? name = null;
            var lines = new List<string>();
            foreach (var line in File.ReadLines(file))
            {
                var trimmed = line.Trim();
                if (trimmed.StartsWith("#region ", StringComparison.Ordinal))
                {
                    (name, lines) = (trimmed[8..].Trim(), []);
                }
                else if (trimmed == "#endregion")
                {
                    regions.Add(name!, Unindented(lines));
                }
                else if (name is not null)
                {
                    lines.Add(line);
                }
            }
        }

        return regions;
    }

    private static string Unindented(List<string> lines)
    {
        var indentation = lines.Where(l => l.Trim().Length > 0).Select(l => l.Length - l.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join("\n", lines.Select(l => l.Length >= indentation ? l[indentation..] : "")).Trim('\n').TrimEnd();
    }

    [GeneratedRegex(@"(?:<!-- snippet: (?<region>[\w-]+) -->\n)?```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex BlockPattern();
}
