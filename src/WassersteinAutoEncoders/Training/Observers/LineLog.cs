using System.Text;

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
