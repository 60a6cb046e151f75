using System.Text.RegularExpressions;

namespace Package.Tests;

/// <summary>The folders of the core are layers: what one uses, it may not be used by.</summary>
public partial class ArchitectureTests
{
    private const int MostFiles = 180;
    private const int MostLines = 300;
    private const int MostTypes = 150;
    private static readonly string Core = Path.Combine(Packages.Root, "src", "WassersteinAutoEncoders");

    [Fact]
    public void No_namespace_uses_one_that_uses_it()
    {
        var edges = Edges();
        Assert.Contains(("Training", "Divergences"), edges);
        Assert.DoesNotContain(edges, e => e.From is "(root)" or "Numerics");
        var left = edges.ToHashSet();
        var free = true;
        while (free)
        {
            // What uses nothing that is left stands at the bottom: it goes, and with it what leads to it.
            var users = left.Select(e => e.From).ToHashSet();
            free = left.RemoveWhere(e => !users.Contains(e.To)) > 0;
        }

        Assert.True(left.Count == 0, "Namespaces in a cycle, or above one: " + string.Join(", ", left.Select(e => $"{e.From} uses {e.To}").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void A_cycle_is_seen()
        => Assert.Equal(["Kernels", "Priors"], References("using WassersteinAutoEncoders.Kernels;\nnamespace X;\nclass A\n{\n    // Divergences.No\n    Priors.IPrior? P;\n}\n").Order(StringComparer.Ordinal));

    [Fact]
    public void Files_are_few_and_not_long()
    {
        var files = Files().ToList();
        Assert.InRange(files.Count, 100, MostFiles);
        Assert.DoesNotContain(files, f => File.ReadLines(f).Count() > MostLines);
    }

    /// <summary>What someone has to know of is little, and stands on a page.</summary>
    [Fact]
    public void Public_types_are_few_and_each_is_named_in_the_documentation()
    {
        var types = Packages.Named("WassersteinAutoEncoders").GetExportedTypes();
        Assert.InRange(types.Length, 100, MostTypes);
        var pages = string.Join('\n', DocumentationPages.Files.Where(f => Path.GetFileName(f) != "migrating.md").Select(File.ReadAllText));
        var words = WordPattern().Matches(pages).Select(m => m.Value).ToHashSet();
        Assert.Empty(types.Select(t => t.Name.Split('`')[0]).Except(words));
    }

    private static IEnumerable<string> Files()
        => Directory.EnumerateFiles(Core, "*.cs", SearchOption.AllDirectories)
            .Where(f => Path.GetRelativePath(Core, f).Split(Path.DirectorySeparatorChar)[0] is not ("obj" or "bin" or "buildTransitive"));

    /// <summary>Who uses whom, by the folder, which is the first part of the namespace; the root's files are a layer of their own.</summary>
    private static HashSet<(string From, string To)> Edges()
    {
        var edges = new HashSet<(string, string)>();
        foreach (var file in Files())
        {
            var parts = Path.GetRelativePath(Core, file).Split(Path.DirectorySeparatorChar);
            var from = parts.Length == 1 ? "(root)" : parts[0];
            edges.UnionWith(References(File.ReadAllText(file)).Where(to => to != from).Select(to => (from, to)));
        }

        return edges;
    }

    private static HashSet<string> References(string source)
    {
        var code = string.Join('\n', source.Split('\n').Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));
        return [.. ReferencePattern().Matches(code).Select(m => m.Groups["name"].Value)];
    }

    [GeneratedRegex(@"(using (static )?WassersteinAutoEncoders\.|(?<![\w.""])(WassersteinAutoEncoders\.)?)(?<name>Numerics|Kernels|Priors|Divergences|Costs|Encoders|Training|Sampling|Metrics)(?=[.;]\w|;|\.[A-Z])")]
    private static partial Regex ReferencePattern();

    [GeneratedRegex(@"\w+")]
    private static partial Regex WordPattern();
}
