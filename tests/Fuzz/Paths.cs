using System.Diagnostics;

namespace Fuzz;

/// <summary>Paths inside one folder, and only there.</summary>
public sealed class Paths
{
    private readonly string _folder;

    public Paths(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(Path.Combine(folder, "directory"));
        File.WriteAllText(Path.Combine(folder, "text.txt"), "not what is expected here");
        File.WriteAllBytes(Path.Combine(folder, "empty"), []);
        if (OperatingSystem.IsLinux() && !File.Exists(Fifo))
        {
            using var process = Process.Start("mkfifo", [Fifo]);
            process.WaitForExit();
        }
    }

    private string Fifo => Path.Combine(_folder, "fifo");

    public string Good(Random random) => Path.Combine(_folder, $"file{random.Next(5)}");

    public string Bad(Random random) => random.Next(10) switch
    {
        0 => Path.Combine(_folder, "directory"),
        1 => Path.Combine(_folder, "text.txt"),
        2 => Path.Combine(_folder, "empty"),
        3 => Path.Combine(_folder, "missing", "file"),
        4 => Path.Combine(_folder, "text.txt", "file"),
        5 => Path.Combine(_folder, "a\0b"),
        6 => Path.Combine(_folder, new string('x', 5000)),
        7 => "",
        8 => _folder,
        _ => OperatingSystem.IsLinux() ? Fifo : _folder,
    };
}
