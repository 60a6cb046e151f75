using System.Text;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Training.Observers;

/// <summary>A text file with a line for each record of a run, continued after a kill as if the run had never been interrupted.</summary>
internal sealed class LineLog : IDisposable
{
    // A line of ours is far shorter; a longer one means that the file is something else.
    private const int MaximumLine = 1 << 20;

    private readonly AppendFile _file;

    private LineLog(AppendFile file) => _file = file;

    /// <summary>Opens a log for a run that continues where an event stands: drops a torn last line, and every line from the first one of a later step or epoch on.</summary>
    /// <remarks>The epoch counts too: a checkpoint after an epoch's last step, but before its end, is followed by the end of the epoch once more.</remarks>
    /// <exception cref="InvalidDataException">The file exists and is not such a log; it is left as it is.</exception>
    public static LineLog Open(string path, ILineFormat format, TrainingEvent start)
    {
        var file = AppendFile.Open(path);
        try
        {
            file.Truncate(EndOfHistory(path, file, format, start));
            if (file.Length == 0 && format.Header is { } header)
            {
                file.Append(Encoding.UTF8.GetBytes(header + "\n"));
            }

            return new LineLog(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Appends lines, each ended by a line feed.</summary>
    public void Append(ReadOnlySpan<byte> lines) => _file.Append(lines);

    public void Dispose() => _file.Dispose();

    private static long EndOfHistory(string path, AppendFile file, ILineFormat format, TrainingEvent start)
    {
        var buffer = new byte[1 << 16];
        var line = new List<byte>();
        long position = 0, lineStart = 0;
        var number = 0;
        while (file.Read(position, buffer) is > 0 and var count)
        {
            for (var i = 0; i < count; i++)
            {
                if (buffer[i] != '\n')
                {
                    line.Add(buffer[i]);
                    if (line.Count > MaximumLine)
                    {
                        throw NotOurs(path, number + 1, format);
                    }

                    continue;
                }
                number++;
                var text = Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
                line.Clear();
                if (number == 1 && format.Header is { } header)
                {
                    if (text != header)
                    {
                        throw NotOurs(path, number, format);
                    }
                }
                else if (format.PlaceOf(text) is not { } place)
                {
                    throw NotOurs(path, number, format);
                }
                else if (place.Step > start.Step || place.Epoch > start.Epoch)
                {
                    return lineStart;
                }

                lineStart = position + i + 1;
            }
            position += count;
        }
        if (line.Count > 0 && number == 0 && !format.MayBegin(Encoding.UTF8.GetString([.. line])))
        {
            throw NotOurs(path, 1, format);
        }

        return lineStart;
    }

    private static InvalidDataException NotOurs(string path, int line, ILineFormat format)
        => new($"'{path}' exists, but its line {line} is not a line of {format.Name}. Nothing was changed; choose another path or remove the file.");
}

/// <summary>What <see cref="LineLog"/> has to know about the lines of a file.</summary>
internal interface ILineFormat
{
    /// <summary>For messages, such as "a metrics log in JSON lines".</summary>
    string Name { get; }

    /// <summary>The first line, or null for none.</summary>
    string? Header { get; }

    /// <summary>The step and epoch of a complete line's event, or null when it is not a line of this format.</summary>
    (long Step, long Epoch)? PlaceOf(string line);

    /// <summary>Whether a file with nothing but this unfinished line may be a log that was killed at its beginning.</summary>
    bool MayBegin(string text);
}

/// <summary>A file that grows by whole records: what reached the operating system survives the process, and a record that failed half-way is taken back.</summary>
internal sealed class AppendFile : IDisposable
{
    private readonly Stream _stream;
    private long _length;

    /// <summary>Appends to a stream that can be read and sought, and disposes it.</summary>
    public AppendFile(Stream stream)
    {
        _stream = stream;
        _length = stream.Length;
    }

    /// <summary>The bytes of all complete records.</summary>
    public long Length => _length;

    /// <summary>Opens or creates a file, and its folder. Others may read it meanwhile.</summary>
    /// <exception cref="IOException">The path is something other than a regular file, or the file cannot be opened.</exception>
    public static AppendFile Open(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        FileKind.CheckWritable(path);
        // Without a buffer: every record is one call to the operating system, and nothing is lost when the process dies.
        return new AppendFile(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 0));
    }

    /// <summary>Appends a record, or nothing when it throws.</summary>
    public void Append(ReadOnlySpan<byte> record)
    {
        try
        {
            // A record that failed before may have left a piece that could not be removed then.
            if (_stream.Length != _length)
            {
                _stream.SetLength(_length);
            }

            _stream.Position = _length;
            _stream.Write(record);
            _length += record.Length;
        }
        catch (IOException)
        {
            TryTruncate();
            throw;
        }
        catch (ArgumentOutOfRangeException tooLarge) when (AtomicFile.IsTooLarge(tooLarge))
        {
            TryTruncate();
            throw AtomicFile.TooLarge((_stream as FileStream)?.Name ?? "", tooLarge);
        }
    }

    /// <summary>Drops everything from a position on.</summary>
    public void Truncate(long position)
    {
        if (position == _length)
        {
            return;
        }

        _stream.SetLength(position);
        _length = position;
    }

    /// <summary>Reads from a position; 0 at the end.</summary>
    public int Read(long position, Span<byte> buffer)
    {
        _stream.Position = position;
        return _stream.Read(buffer);
    }

    public void Dispose() => _stream.Dispose();

    private void TryTruncate()
    {
        try
        {
            _stream.SetLength(_length);
        }
        catch (IOException)
        {
            // The next record tries again; the exception on its way says what is wrong.
        }
    }
}
