using System.Buffers.Binary;
using System.Globalization;

namespace WassersteinAutoEncoders.Training.Observers.TensorBoard;

/// <summary>A TensorBoard event file: TFRecord frames (length, masked CRC-32C of the length, data, masked CRC-32C of the data) around Event messages.</summary>
/// <remarks>Field numbers from tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto.</remarks>
internal sealed class EventFile : IDisposable
{
    private const int SessionStart = 1;

    private readonly AppendFile _file;
    private readonly TimeProvider _clock;

    private EventFile(AppendFile file, TimeProvider clock)
    {
        _file = file;
        _clock = clock;
    }

    /// <summary>Begins a new file in a folder, after those that are there.</summary>
    public static EventFile Create(string folder, TimeProvider clock)
    {
        Directory.CreateDirectory(folder);
        // TensorBoard reads a folder's files in the order of their names, which begin with the time in seconds.
        var seconds = clock.GetUtcNow().ToUnixTimeSeconds();
        foreach (var other in Directory.EnumerateFiles(folder, "events.out.tfevents.*"))
        {
            var parts = Path.GetFileName(other).Split('.');
            if (parts.Length > 3 && long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var taken))
            {
                seconds = Math.Max(seconds, taken + 1);
            }
        }
        var name = string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{seconds:D10}.{Environment.MachineName}.{Environment.ProcessId}.0");
        var events = new EventFile(AppendFile.Open(Path.Combine(folder, name)), clock);
        events.Write(new ProtoWriter().Double(1, events.Now()).Text(3, "brain.Event:2"));
        return events;
    }

    /// <summary>Says that the run continues after a step: TensorBoard forgets what other files of the folder hold about later ones.</summary>
    public void Restart(long step)
        => Write(new ProtoWriter().Double(1, Now()).Integer(2, step + 1).Message(7, new ProtoWriter().Integer(1, SessionStart)));

    /// <summary>Appends an event with these values.</summary>
    public void Write(long step, IEnumerable<ProtoWriter> values)
    {
        var summary = new ProtoWriter();
        foreach (var value in values)
        {
            summary.Message(1, value);
        }

        if (summary.Written.Length > 0)
        {
            Write(new ProtoWriter().Double(1, Now()).Integer(2, step).Message(5, summary));
        }
    }

    /// <summary>A value of a summary.</summary>
    public static ProtoWriter Scalar(string tag, double value) => new ProtoWriter().Text(1, tag).Single(2, (float)value);

    /// <inheritdoc cref="Scalar"/>
    public static ProtoWriter Image(string tag, int height, int width, int channels, byte[] png)
        => new ProtoWriter().Text(1, tag).Message(4, new ProtoWriter().Integer(1, height).Integer(2, width).Integer(3, channels).Bytes(4, png));

    /// <inheritdoc cref="Scalar"/>
    public static ProtoWriter Values(string tag, Histogram h)
        => new ProtoWriter().Text(1, tag).Message(5, new ProtoWriter()
            .Double(1, h.Minimum).Double(2, h.Maximum).Double(3, h.Count).Double(4, h.Sum).Double(5, h.SumOfSquares)
            .Doubles(6, h.UpperLimits).Doubles(7, h.Counts));

    public void Dispose() => _file.Dispose();

    private double Now() => _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    private void Write(ProtoWriter message)
    {
        var data = message.Written;
        var frame = new byte[8 + 4 + data.Length + 4];
        BinaryPrimitives.WriteInt64LittleEndian(frame, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(8), Crc32C.Masked(frame.AsSpan(0, 8)));
        data.CopyTo(frame.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(12 + data.Length), Crc32C.Masked(data));
        _file.Append(frame);
    }
}
