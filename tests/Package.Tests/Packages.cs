using System.Reflection;
using WassersteinAutoEncoders.Training;

namespace Package.Tests;

/// <summary>The assemblies that are published, and the folder of the project's sources.</summary>
internal static class Packages
{
    public static IReadOnlyList<Assembly> Assemblies { get; } =
        [typeof(WaeTrainer).Assembly, Assembly.Load("WassersteinAutoEncoders.Reporting"), Assembly.Load("WassersteinAutoEncoders.Testing"), Assembly.Load("WassersteinAutoEncoders.Distributed")];

    public static TheoryData<string> Names => [.. Assemblies.Select(a => a.GetName().Name!)];

    public static Assembly Named(string name) => Assemblies.Single(a => a.GetName().Name == name);

    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "WassersteinAutoEncoders.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
