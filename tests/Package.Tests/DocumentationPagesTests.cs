using System.Text.RegularExpressions;

namespace Package.Tests;

/// <summary>Code in the documentation is code that compiles; links lead somewhere.</summary>
public partial class DocumentationPagesTests
{
    [Fact]
    public void Every_csharp_block_is_a_region_of_the_compiled_snippets()
    {
        var regions = DocumentationPages.Regions();
        var problems = DocumentationPages.Blocks()
            .Where(block => block.Region is null || !regions.TryGetValue(block.Region, out var code) || code != block.Code)
            .Select(block => $"{block.Page}:{block.Line}: {(block.Region is null ? "no snippet is named above the block" : $"differs from region '{block.Region}' of docs/Snippets")}")
            .ToList();

        Assert.True(problems.Count == 0, string.Join("\n", problems));
    }

    [Fact]
    public void Every_region_of_the_snippets_is_shown_on_a_page()
        => Assert.Empty(DocumentationPages.Regions().Keys.Except(DocumentationPages.Blocks().Select(b => b.Region)));

    /// <summary>What a researcher writes for a part of their own, as the pages show it.</summary>
    [Theory]
    [InlineData("own-prior")]
    [InlineData("own-kernel")]
    [InlineData("own-divergence")]
    [InlineData("conditional-module", "conditional")]
    public void A_part_of_ones_own_takes_at_most_25_lines(params string[] names)
    {
        var regions = DocumentationPages.Regions();
        Assert.InRange(names.Sum(name => regions[name].Split('\n').Length), 5, 25);
    }

    [Fact]
    public void Every_local_link_leads_to_a_file()
    {
        var broken = from file in DocumentationPages.Files
                     from Match match in LinkPattern().Matches(File.ReadAllText(file))
                     let target = match.Groups["target"].Value
                     where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#')
                     let path = Path.Combine(Path.GetDirectoryName(file)!, target.Split('#')[0])
                     where !File.Exists(path) && !Directory.Exists(path)
                     select $"{Path.GetRelativePath(Packages.Root, file)}: {target}";

        Assert.Empty(broken);
    }

    [Fact]
    public void Every_page_is_reachable_from_the_readme()
    {
        var readme = File.ReadAllText(Path.Combine(Packages.Root, "README.md"));
        var unlisted = DocumentationPages.Files
            .Select(file => Path.GetRelativePath(Packages.Root, file).Replace('\\', '/'))
            .Where(page => page.StartsWith("docs/", StringComparison.Ordinal))
            .Where(page => !readme.Contains($"({page})", StringComparison.Ordinal));

        Assert.Empty(unlisted);
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex LinkPattern();
}
