using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Training.Observers;

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
