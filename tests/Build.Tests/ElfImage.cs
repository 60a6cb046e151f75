using System.Text;

namespace Build.Tests;

/// <summary>The smallest ELF files that carry symbol versions: section headers, names, versions needed or defined, the symbols' versions, relocations.</summary>
internal static class ElfImage
{
    private const int HeaderSize = 64;

    /// <summary>Where the flags of the first needed version stand in a file of <see cref="Library"/>.</summary>
    public const int FirstFlags = HeaderSize + 16 + 4;

    /// <summary>A library that needs versions of libstdc++.so.6. The first has index 2, the next 3, and so on.</summary>
    /// <param name="needed">The versions' names.</param>
    /// <param name="symbolVersions">The version of each symbol.</param>
    /// <param name="relocated">The symbols that relocations refer to.</param>
    /// <param name="addend">Whether the relocations are of the kind with an addend.</param>
    public static byte[] Library(string[] needed, ushort[] symbolVersions, uint[]? relocated = null, bool addend = true)
    {
        var names = new Names();
        var needs = new Bytes().Add16(1).Add16((ushort)needed.Length).Add32(names.Add("libstdc++.so.6")).Add32(16).Add32(0);
        for (var i = 0; i < needed.Length; i++)
        {
            needs.Add32(0).Add16(0).Add16((ushort)(2 + i)).Add32(names.Add(needed[i])).Add32(i + 1 < needed.Length ? 16u : 0);
        }

        var versions = new Bytes();
        Array.ForEach(symbolVersions, version => versions.Add16(version));
        var relocations = new Bytes();
        foreach (var symbol in relocated ?? [])
        {
            relocations.Add32(0).Add32(0).Add32(6).Add32(symbol);
            if (addend)
            {
                relocations.Add32(0).Add32(0);
            }
        }

        return File((0x6ffffffe, needs), (0x6fffffff, versions), (addend ? 4u : 9u, relocations), (3, names.Content));
    }

    /// <summary>A library that defines versions, as libstdc++ does.</summary>
    public static byte[] Runtime(params IEnumerable<string> defined)
    {
        var names = new Names();
        var definitions = new Bytes();
        var all = defined.ToList();
        for (var i = 0; i < all.Count; i++)
        {
            definitions.Add16(1).Add16(0).Add16((ushort)(i + 1)).Add16(1).Add32(0).Add32(20).Add32(i + 1 < all.Count ? 28u : 0)
                .Add32(names.Add(all[i])).Add32(0);
        }

        return File((0x6ffffffd, definitions), (3, names.Content));
    }

    // The sections one after another, then their headers; every one is linked to the last, the names.
    private static byte[] File(params (uint Type, Bytes Content)[] sections)
    {
        var body = new Bytes();
        var headers = new Bytes();
        foreach (var (type, content) in sections)
        {
            headers.Add32(0).Add32(type).Add64(0).Add64(0).Add64((ulong)(HeaderSize + body.Count)).Add64((ulong)content.Count)
                .Add32((uint)sections.Length - 1).Add32(0).Add64(8).Add64(0);
            body.AddRange(content);
        }

        var file = new Bytes { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 };
        file.AddRange(new byte[HeaderSize - file.Count]);
        BitConverter.GetBytes((ulong)(HeaderSize + body.Count)).CopyTo(file, 0x28);
        BitConverter.GetBytes((ushort)64).CopyTo(file, 0x3a);
        BitConverter.GetBytes((ushort)sections.Length).CopyTo(file, 0x3c);
        return [.. file, .. body, .. headers];
    }

    private static void CopyTo(this byte[] value, Bytes target, int at)
    {
        for (var i = 0; i < value.Length; i++)
        {
            target[at + i] = value[i];
        }
    }

    private sealed class Names
    {
        public Bytes Content { get; } = [0];

        public uint Add(string name)
        {
            var at = (uint)Content.Count;
            Content.AddRange(Encoding.ASCII.GetBytes(name + '\0'));
            return at;
        }
    }

    private sealed class Bytes : List<byte>
    {
        public Bytes Add16(ushort value) => AddAll(BitConverter.GetBytes(value));

        public Bytes Add32(uint value) => AddAll(BitConverter.GetBytes(value));

        public Bytes Add64(ulong value) => AddAll(BitConverter.GetBytes(value));

        private Bytes AddAll(byte[] value)
        {
            AddRange(value);
            return this;
        }
    }
}
