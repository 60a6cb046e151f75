using PublicApiGenerator;

namespace Package.Tests;

/// <summary>The public surface stands in a tracked file; whoever changes it changes the file, and sees what was changed.</summary>
public class PublicApiTests
{
    public static TheoryData<string> Names => Packages.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Public_surface_is_the_one_on_file(string package)
    {
        var surface = Packages.Named(package)
            .GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false })
            .ReplaceLineEndings("\n").TrimEnd() + "\n";
        var file = Path.Combine(Packages.Root, "tests", "Package.Tests", "PublicApi", package + ".txt");
        var expected = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";

        if (surface != expected && Environment.GetEnvironmentVariable("WAE_ACCEPT_API") == "1")
        {
            File.WriteAllText(file, surface);
        }
        else
        {
            Assert.True(surface == expected, FirstDifference(package, expected, surface));
        }
    }

    private static string FirstDifference(string package, string expected, string surface)
    {
        string[] before = expected.Split('\n'), now = surface.Split('\n');
        var line = Enumerable.Range(0, Math.Min(before.Length, now.Length)).FirstOrDefault(i => before[i] != now[i], Math.Min(before.Length, now.Length));
        return $"""
            The public surface of {package} differs from PublicApi/{package}.txt from line {line + 1} on:
              on file: {before.ElementAtOrDefault(line)}
              now:     {now.ElementAtOrDefault(line)}
            If the change is meant, run the tests once with WAE_ACCEPT_API=1 and commit the file.
            """;
    }
}
