namespace WassersteinAutoEncoders.Samples.Data;

/// <summary>Where data sets are looked for.</summary>
public static class DataLocations
{
    /// <summary>The environment variable that names a folder of data sets.</summary>
    public const string Variable = "WAE_DATA_DIR";

    /// <summary>The folders to look into, in order: the one asked for, else the environment's, else <c>../shared/data</c> seen from the project's root and the user's cache.</summary>
    /// <exception cref="DirectoryNotFoundException">A folder was named that does not exist.</exception>
    public static IReadOnlyList<string> Folders(string? asked)
    {
        var (named, by) = asked is not null ? (asked, "--data-dir") : (Environment.GetEnvironmentVariable(Variable), Variable);
        if (string.IsNullOrWhiteSpace(named))
        {
            return [.. SharedFolders(), Cache];
        }

        return Directory.Exists(named)
            ? [Path.GetFullPath(named)]
            : throw new DirectoryNotFoundException($"The data folder {Path.GetFullPath(named)} (from {by}) does not exist. Name one that holds the data set, or leave it out to have it looked for and downloaded.");
    }

    /// <summary>Whether a folder was named by the user, so that nothing else is to be taken.</summary>
    public static bool IsNamed(string? asked) => !string.IsNullOrWhiteSpace(asked ?? Environment.GetEnvironmentVariable(Variable));

    /// <summary>The user's cache, where downloads are kept.</summary>
    public static string Cache
    {
        get
        {
            var home = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
                ? cache
                : Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return Path.Combine(string.IsNullOrEmpty(home) ? Path.GetTempPath() : home, "wasserstein-auto-encoders", "data");
        }
    }

    private static IEnumerable<string> SharedFolders()
        => new[] { Environment.CurrentDirectory, AppContext.BaseDirectory }
            .Select(ProjectRoot)
            .OfType<string>()
            .Distinct()
            .Select(root => Path.GetFullPath(Path.Combine(root, "..", "shared", "data")))
            .Where(Directory.Exists);

    private static string? ProjectRoot(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "WassersteinAutoEncoders.sln")))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
