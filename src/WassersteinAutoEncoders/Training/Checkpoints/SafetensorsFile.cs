using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TorchSharp;

namespace WassersteinAutoEncoders.Training.Checkpoints;

/// <summary>What a safetensors file holds, named tensors and string metadata, without code; reads and writes such files. Owns its tensors; they belong to no dispose scope.</summary>
/// <remarks>
/// <para>
/// Layout: eight bytes, little-endian, with the length of the header; the header, JSON in UTF-8; the tensors' bytes,
/// little-endian, row-major, without gaps. Source: the format's description in the repository huggingface/safetensors.
/// </para>
/// <para>
/// Files written here are deterministic (equal content gives equal bytes) and carry two metadata entries of their own,
/// <c>wae.writer</c> and <c>wae.sha256</c>. The latter is the SHA-256 of the whole file, taken with its own 64 digits
/// read as zeros, in lower-case hexadecimal: a damaged byte anywhere is found. Files of other writers, which lack both,
/// are read without that check.
/// </para>
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{
    private const string Writer = "WassersteinAutoEncoders";
    private const int ChunkLength = 1 << 24;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
    private readonly Dictionary<string, torch.Tensor> _tensors;

    private SafetensorsFile(Dictionary<string, torch.Tensor> tensors, IReadOnlyDictionary<string, string> metadata, bool verified)
    {
        _tensors = tensors;
        Metadata = metadata;
        Verified = verified;
    }

    /// <summary>The tensors by name, on the CPU.</summary>
    public IReadOnlyDictionary<string, torch.Tensor> Tensors => _tensors;

    /// <summary>The file's metadata, without the two entries that are added when a file is written.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Whether the file carried a checksum (files of other writers usually do not); a checksum that does not fit is an error of <see cref="Read(string)"/>.</summary>
    public bool Verified { get; }

    /// <summary>Writes tensors and metadata, replacing <paramref name="path"/> as a whole or not at all.</summary>
    /// <remarks>
    /// Written under a name of its own in the same folder (<c>path.0123456789abcdef.tmp</c>), flushed to the disk, then renamed: a process
    /// killed at any moment leaves the old file or the new one under <paramref name="path"/>, never a part of one, and several writers
    /// of one path never mix. After an exception the old file is intact and the temporary one removed. A path that is a folder, a
    /// symbolic link, a pipe or a device is refused. Tensors may be on any device, views or not contiguous; they are copied one at a time and left as they are.
    /// </remarks>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="tensors">Tensors of type F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL by name.</param>
    /// <param name="metadata">Strings by name; <c>wae.writer</c> and <c>wae.sha256</c> are taken.</param>
    /// <exception cref="ArgumentException">A name is taken or not valid UTF-16, or an element type is not in the format.</exception>
    /// <exception cref="IOException">The file could not be written, for instance because the disk is full, or the path is no regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, torch.Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(metadata);
        var entries = Plan(tensors);
        var header = SafetensorsHeader.Encode(entries, Complete(metadata));
        if (header.LongLength > SafetensorsHeader.MaximumLength)
        {
            throw new ArgumentException($"The header would take {header.LongLength} bytes; the format allows {SafetensorsHeader.MaximumLength}. Move large metadata into tensors.", nameof(metadata));
        }

        AtomicFile.Write(path, stream => Write(stream, entries, tensors, header));
    }

    /// <summary>Reads a file completely and checks all of it before returning anything.</summary>
    /// <remarks>Nothing the file says about lengths is believed before it was compared with the file's own length, so memory stays proportional to that.</remarks>
    /// <param name="path">The file.</param>
    /// <returns>Tensors and metadata; to be disposed by the caller.</returns>
    /// <exception cref="InvalidDataException">The content breaks the format or does not fit its checksum; the message names file and problem.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static SafetensorsFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileKind.CheckReadable(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
        try
        {
            return Read(stream);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidDataException($"'{path}' is not a readable safetensors file: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
        {
            tensor.Dispose();
        }
    }

    private static List<SafetensorsEntry> Plan(IReadOnlyDictionary<string, torch.Tensor> tensors)
    {
        var sized = new List<(string Name, torch.Tensor Tensor, int Size)>();
        foreach (var (name, tensor) in tensors)
        {
            CheckText(name, nameof(tensors));
            if (name == SafetensorsHeader.MetadataName)
            {
                throw new ArgumentException($"The tensor name '{name}' is taken by the format. Choose another.", nameof(tensors));
            }

            if (tensor is null)
            {
                throw new ArgumentException($"Tensor '{name}' is null. Leave it out.", nameof(tensors));
            }

            Guard.CheckStored(tensor, name);
            if (ElementTypes.Find(tensor.dtype) is not var (_, size))
            {
                throw new ArgumentException($"Tensor '{name}' has the element type {tensor.dtype}, which safetensors does not have. Convert it to one of {ElementTypes.Names}.", nameof(tensors));
            }

            sized.Add((name, tensor, size));
        }

        // Wide elements first: every tensor then begins at a multiple of its element's size, without padding.
        sized.Sort((a, b) => a.Size != b.Size ? b.Size.CompareTo(a.Size) : string.CompareOrdinal(a.Name, b.Name));
        var entries = new List<SafetensorsEntry>(sized.Count);
        long position = 0;
        foreach (var (name, tensor, size) in sized)
        {
            var end = position + tensor.numel() * size;
            entries.Add(new SafetensorsEntry(name, tensor.dtype, tensor.shape, position, end));
            position = end;
        }
        return entries;
    }

    private static SortedDictionary<string, string> Complete(IReadOnlyDictionary<string, string> metadata)
    {
        var complete = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [SafetensorsHeader.WriterKey] = Writer,
            [SafetensorsHeader.ChecksumKey] = new string('0', SafetensorsHeader.ChecksumLength),
        };
        foreach (var (key, value) in metadata)
        {
            if (value is null)
            {
                throw new ArgumentException($"The metadata value of '{key}' is null. Leave it out.", nameof(metadata));
            }

            CheckText(key, nameof(metadata));
            CheckText(value, nameof(metadata));
            if (!complete.TryAdd(key, value))
            {
                throw new ArgumentException($"The metadata key '{key}' is taken. Choose another.", nameof(metadata));
            }
        }
        return complete;
    }

    private static void CheckText(string text, string parameter)
    {
        try
        {
            StrictUtf8.GetByteCount(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException("A name or value holds half a surrogate pair, which UTF-8 cannot hold. Take it out.", parameter, e);
        }
    }

    private static void Write(Stream stream, List<SafetensorsEntry> entries, IReadOnlyDictionary<string, torch.Tensor> tensors, byte[] header)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.LongLength);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(length);
        hash.AppendData(header);
        stream.Write(length);
        stream.Write(header);
        foreach (var entry in entries)
        {
            TensorBytes.Visit(tensors[entry.Name], ChunkLength, bytes =>
            {
                hash.AppendData(bytes);
                stream.Write(bytes);
            });
        }

        var digits = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()));
        var parsed = SafetensorsHeader.Parse(header, entries.Count == 0 ? 0 : entries[^1].End);
        stream.Position = length.Length + parsed.ChecksumStart;
        stream.Write(digits);
    }

    private static SafetensorsFile Read(Stream stream)
    {
        if (stream.Length < 8)
        {
            throw new InvalidDataException($"{stream.Length} bytes are too few");
        }

        var length = new byte[8];
        stream.ReadExactly(length);
        if (length is [(byte)'P', (byte)'K', 3, 4, ..] or [0x80, >= 2 and <= 5, ..] && length[2] != 0)
        {
            throw new InvalidDataException(
                "it is a file of torch.save (a zip archive or a pickle), which may hold code and is not read here. Convert it in Python: safetensors.torch.save_file(torch.load(path, weights_only=True), \"weights.safetensors\")");
        }

        var claimed = BinaryPrimitives.ReadUInt64LittleEndian(length);
        var limit = Math.Min(stream.Length - 8, SafetensorsHeader.MaximumLength);
        if (claimed > (ulong)limit)
        {
            throw new InvalidDataException($"it claims a header of {claimed} bytes where at most {limit} are possible");
        }

        var bytes = new byte[(int)claimed];
        stream.ReadExactly(bytes);
        var header = SafetensorsHeader.Parse(bytes, stream.Length - 8 - bytes.Length);
        var verify = CheckMarks(header);

        using var hash = verify ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        var expected = "";
        if (verify)
        {
            var digits = bytes.AsSpan(header.ChecksumStart, SafetensorsHeader.ChecksumLength);
            expected = Encoding.ASCII.GetString(digits);
            digits.Fill((byte)'0');
            hash!.AppendData(length);
            hash.AppendData(bytes);
        }

        var tensors = new Dictionary<string, torch.Tensor>(StringComparer.Ordinal);
        try
        {
            foreach (var entry in header.Entries)
            {
                var tensor = torch.empty(entry.Shape, dtype: entry.Type, device: torch.CPU).DetachFromDisposeScope();
                tensors.Add(entry.Name, tensor);
                TensorBytes.Visit(tensor, ChunkLength, span =>
                {
                    stream.ReadExactly(span);
                    hash?.AppendData(span);
                    // Any other byte in a bool is undefined behaviour in libtorch's native code.
                    if (entry.Type == torch.ScalarType.Bool && span.ContainsAnyExceptInRange((byte)0, (byte)1))
                    {
                        throw new InvalidDataException($"tensor '{entry.Name}' of type BOOL holds a byte other than 0 and 1");
                    }
                });
            }
            if (verify && Convert.ToHexStringLower(hash!.GetHashAndReset()) != expected)
            {
                throw new InvalidDataException("its content does not fit its checksum, so it was damaged or changed after it was written");
            }
        }
        catch
        {
            foreach (var tensor in tensors.Values)
            {
                tensor.Dispose();
            }

            throw;
        }

        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in header.Metadata)
        {
            if (!verify || key is not (SafetensorsHeader.WriterKey or SafetensorsHeader.ChecksumKey))
            {
                metadata.Add(key, value);
            }
        }

        return new SafetensorsFile(tensors, metadata, verify);
    }

    /// <summary>Whether to verify. One mark without the other is damage: it must not switch the check off.</summary>
    private static bool CheckMarks(SafetensorsHeader header)
    {
        var signed = header.Metadata.ContainsKey(SafetensorsHeader.WriterKey);
        if (signed != header.ChecksumStart >= 0)
        {
            throw new InvalidDataException($"it has only one of the metadata entries '{SafetensorsHeader.WriterKey}' and '{SafetensorsHeader.ChecksumKey}'");
        }

        return signed;
    }
}
