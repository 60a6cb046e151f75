using System.Security.Cryptography;

namespace WassersteinAutoEncoders.Training.Checkpoints;

/// <summary>Replaces a file as a whole or not at all, whoever else writes to the same path meanwhile.</summary>
/// <remarks>
/// A file is written under a name that no other writer has, <c>name.0123456789abcdef.tmp</c> in the same folder, and created new:
/// neither another process nor a link that stands there can get into it. A killed process leaves such a file behind; a later
/// write to the same path removes it once it is a minute old and nobody has it open.
/// </remarks>
internal static class AtomicFile
{
    /// <summary>Ends the name of a file while it is written.</summary>
    public const string TemporarySuffix = ".tmp";

    private const int MarkLength = 16;

    // A live writer has its file open, but for moments after it was created and before it is renamed.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Writes beside <paramref name="path"/>, flushes to the disk and renames. At every moment the path holds the old
    /// content or the new one. On an exception the temporary file is removed and the old content stays.
    /// </summary>
    /// <exception cref="IOException">The path is something other than a regular file, or the file could not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        FileKind.CheckWritable(path);
        DeleteLeftovers(path, Grace);
        var temporary = $"{path}.{RandomNumberGenerator.GetHexString(MarkLength, lowercase: true)}{TemporarySuffix}";
        var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        try
        {
            using (stream)
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            // It may have changed meanwhile.
            FileKind.CheckWritable(path);
            File.Move(temporary, path, overwrite: true);
        }
        catch (ArgumentOutOfRangeException tooLarge) when (IsTooLarge(tooLarge))
        {
            TryDelete(temporary);
            throw TooLarge(path, tooLarge);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    /// <inheritdoc cref="Write"/>
    public static void WriteAllBytes(string path, ReadOnlySpan<byte> content)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var bytes = content.ToArray();
        Write(path, stream => stream.Write(bytes));
    }

    /// <summary>Removes what killed processes left of files that they wrote to <paramref name="path"/>.</summary>
    /// <param name="path">The path that was written to.</param>
    /// <param name="age">Younger files are left alone.</param>
    public static void DeleteLeftovers(string path, TimeSpan age)
    {
        var name = Path.GetFileName(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (folder is null || !Directory.Exists(folder))
        {
            return;
        }

        foreach (var candidate in Directory.EnumerateFiles(folder, "*" + TemporarySuffix))
        {
            if (TargetOf(Path.GetFileName(candidate)) == name && DateTime.UtcNow - File.GetLastWriteTimeUtc(candidate) >= age)
            {
                TryDeleteLeftover(candidate);
            }
        }
    }

    /// <summary>The name of the file for which a temporary one of this name was made, or null where it is no such name.</summary>
    public static string? TargetOf(string temporaryName)
    {
        var length = temporaryName.Length - TemporarySuffix.Length - MarkLength - 1;
        return length > 0 && temporaryName[length] == '.' && temporaryName.EndsWith(TemporarySuffix, StringComparison.Ordinal)
            && !temporaryName.AsSpan(length + 1, MarkLength).ContainsAnyExcept("0123456789abcdef") ? temporaryName[..length] : null;
    }

    /// <summary>Whether a write failed at the system's limit on the size of files (EFBIG), which .NET reports as an argument out of range.</summary>
    public static bool IsTooLarge(ArgumentOutOfRangeException e) => e is { ParamName: "value", ActualValue: null, Source: "System.Private.CoreLib" };

    /// <summary>The error for it.</summary>
    public static IOException TooLarge(string path, ArgumentOutOfRangeException e)
        => new($"'{path}' could not be written: it would exceed the largest size of a file that the file system or the process's limit (ulimit -f) allows. What was there before is intact; write to another place or raise the limit.", e);

    private static void TryDeleteLeftover(string path)
    {
        try
        {
            FileKind.CheckWritable(path);
            // Fails while somebody has it open.
            using var mine = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }

        TryDelete(path);
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The exception that led here says what is wrong with the folder; a leftover harms nobody.
        }
    }
}
