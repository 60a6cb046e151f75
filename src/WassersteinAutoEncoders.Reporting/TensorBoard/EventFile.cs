using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using Tensorboard;
using TorchSharp;
using TorchSharp.Utils;
using WassersteinAutoEncoders.Training.Observers;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>A TensorBoard event file: TFRecord frames (length, masked CRC-32C of the length, data, masked CRC-32C of the data) around TorchSharp's Event messages.</summary>
/// <remarks>TorchSharp's own writer opens its file for every event, and cannot say that a run was resumed.</remarks>
internal sealed class EventFile : IDisposable
{
    private const int Bins = 30;
    private readonly AppendFile _file;
    private readonly TimeProvider _clock;

    private EventFile(AppendFile file, TimeProvider clock) => (_file, _clock) = (file, clock);

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
        events.Write(new Event { FileVersion = "brain.Event:2" });
        return events;
    }

    /// <summary>Says that the run continues after a step: TensorBoard forgets what other files of the folder hold about later ones.</summary>
    public void Restart(long step)
        => Write(new Event { Step = step + 1, SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } });

    /// <summary>Appends an event with these values; none where there are no values.</summary>
    public void Write(long step, IEnumerable<Summary.Types.Value> values)
    {
        var summary = new Summary();
        summary.Value.AddRange(values);
        if (summary.Value.Count > 0)
        {
            Write(new Event { Step = step, Summary = summary });
        }
    }

    public static Summary.Types.Value Scalar(string tag, double value) => new() { Tag = tag, SimpleValue = (float)value };

    public static Summary.Types.Value Image(string tag, torch.Tensor images, PixelRange range, int columns = 0)
    {
        var channels = images.shape.Length == 4 ? (int)images.shape[1] : 1;
        var png = ImageGrid.ToPng(images, range, columns);
        return new()
        {
            Tag = tag,
            Image = new Summary.Types.Image
            {
                // Of the PNG's header.
                Width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)),
                Height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)),
                Colorspace = channels,
                EncodedImageString = ByteString.CopyFrom(png),
            },
        };
    }

    /// <summary>The finite values in bins of equal width; null where there are none.</summary>
    public static Summary.Types.Value? Histogram(string tag, IEnumerable<float> values)
    {
        double[] finite = [.. values.Where(float.IsFinite)];
        if (finite.Length == 0)
        {
            return null;
        }

        var (low, high) = (finite.Min(), finite.Max());
        var bins = high > low ? Bins : 1;
        var counts = new double[bins];
        foreach (var value in finite)
        {
            counts[bins == 1 ? 0 : Math.Min(bins - 1, (int)((value - low) / (high - low) * bins))]++;
        }

        var histogram = new HistogramProto { Min = low, Max = high, Num = finite.Length, Sum = finite.Sum(), SumSquares = finite.Sum(value => value * value) };
        histogram.BucketLimit.AddRange(Enumerable.Range(1, bins).Select(b => b == bins ? high : low + (high - low) * b / bins));
        histogram.Bucket.AddRange(counts);
        return new() { Tag = tag, Histo = histogram };
    }

    public void Dispose() => _file.Dispose();

    private void Write(Event message)
    {
        message.WallTime = _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        var data = message.ToByteArray();
        var frame = new byte[8 + 4 + data.Length + 4];
        BinaryPrimitives.WriteInt64LittleEndian(frame, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(8), Masked(frame[..8]));
        data.CopyTo(frame, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(12 + data.Length), Masked(data));
        _file.Append(frame);
    }

    private static uint Masked(byte[] data)
    {
        var crc = CRC32C.process(data);
        return unchecked((crc >> 15 | crc << 17) + 0xa282ead8);
    }
}
