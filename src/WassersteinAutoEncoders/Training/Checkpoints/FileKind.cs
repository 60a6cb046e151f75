using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace WassersteinAutoEncoders.Training.Checkpoints;

/// <summary>What stands under a path, asked without opening it: to open a named pipe waits for its other end, to open a device may act on it.</summary>
internal static partial class FileKind
{
    private const uint TypeMask = 0xF000, Pipe = 0x1000, CharacterDevice = 0x2000, BlockDevice = 0x6000, Socket = 0xC000;

    /// <summary>Throws where a path holds something that must not be written over: only a regular file may be, or nothing.</summary>
    /// <remarks>A symbolic link is refused too: a file renamed to its place would take the link away, and one written through it lies somewhere else.</remarks>
    /// <exception cref="IOException">It is a folder, a link, a pipe, a device or a socket; the message says which.</exception>
    public static void CheckWritable(string path)
    {
        var kind = new FileInfo(path).LinkTarget is not null ? "a symbolic link" : Special(path);
        if (kind is not null)
        {
            throw new IOException($"Expected a regular file or nothing at '{path}', but it is {kind}. Nothing was written; give the path of a file.");
        }
    }

    /// <summary>Throws where a path, or what a link there leads to, is no regular file. A file that is missing is left to whoever opens it.</summary>
    /// <exception cref="InvalidDataException">It is a folder, a pipe, a device or a socket; the message says which.</exception>
    public static void CheckReadable(string path)
    {
        if (Special(path) is { } kind)
        {
            throw new InvalidDataException($"Expected a regular file at '{path}', but it is {kind}. Give the path of a file.");
        }
    }

    /// <summary>What a path is where it is neither a regular file nor missing. Links are followed.</summary>
    private static string? Special(string path)
    {
        if (Directory.Exists(path))
        {
            return "a folder";
        }

        if (OperatingSystem.IsWindows())
        {
            // Where its names of devices (CON, NUL, COM1) and pipes lead.
            return Path.GetFullPath(path).StartsWith(@"\\.\", StringComparison.Ordinal) ? "a device" : null;
        }

        return (Mode(path) & TypeMask) switch
        {
            Pipe => "a named pipe (FIFO)",
            CharacterDevice or BlockDevice => "a device",
            Socket => "a socket",
            _ => null,
        };
    }

    /// <summary>The file's type and permissions as POSIX has them, or 0 where they cannot be had.</summary>
    private static uint Mode(string path)
    {
        Span<byte> status = stackalloc byte[512];
        status.Clear();
        try
        {
            if (OperatingSystem.IsLinux())
            {
                const int currentFolder = -100, typeAndMode = 3, modeOffset = 28;
                return StatusOnLinux(currentFolder, path, 0, typeAndMode, ref status[0]) == 0 ? BinaryPrimitives.ReadUInt16LittleEndian(status[modeOffset..]) : 0u;
            }

            if (OperatingSystem.IsMacOS())
            {
                const int modeOffset = 4;
                var result = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? StatusOnIntelMac(path, ref status[0]) : StatusOnMac(path, ref status[0]);
                return result == 0 ? BinaryPrimitives.ReadUInt16LittleEndian(status[modeOffset..]) : 0u;
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system of another kind: the file is opened without having been looked at.
        }

        return 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatusOnLinux(int folder, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatusOnMac(string path, ref byte status);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatusOnIntelMac(string path, ref byte status);
}
