using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Writes a copy of TorchSharp's native library whose need of one symbol version is marked weak, so that the dynamic loader of a
/// Linux whose libstdc++ is older accepts it. Acts only where that provably changes nothing else: one version is missing on this
/// machine, one symbol carries it, and no relocation refers to that symbol, so that nothing of it is ever looked up.
/// </summary>
public sealed class OptionalSymbolVersion : Task
{
    /// <summary>The library as its package has it; only read.</summary>
    [Required]
    public string Library { get; set; }

    /// <summary>Where the changed copy is written.</summary>
    [Required]
    public string Copy { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        var runtime = FindRuntime();
        if (runtime == null)
        {
            Log.LogMessage(MessageImportance.Low, "No libstdc++.so.6 found; " + Library + " is used as it is.");
            return true;
        }

        var result = SymbolVersions.Relax(File.ReadAllBytes(Library), File.ReadAllBytes(runtime));
        if (result.Changed != null)
        {
            Publish(result.Changed);
            Log.LogMessage(MessageImportance.Low, "Wrote " + Copy + ": " + result.Explanation);
        }
        else if (result.Explanation != null)
        {
            Log.LogWarning(null, "WAE0001", null, null, 0, 0, 0, 0, "TorchSharp will not load on this machine: {0}", result.Explanation);
        }

        return true;
    }

    private void Publish(byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(Copy)));
        var beside = Copy + "." + Guid.NewGuid().ToString("N");
        File.WriteAllBytes(beside, content);
        File.Delete(Copy);
        File.Move(beside, Copy);
    }

    // .NET's own runtime is linked against libstdc++, so that the build process itself has mapped the one the loader chooses.
    private static string FindRuntime()
    {
        const string Name = "libstdc++.so.6";
        try
        {
            var mapped = File.ReadLines("/proc/self/maps").FirstOrDefault(line => line.Contains("/libstdc++.so"));
            if (mapped != null)
            {
                return mapped.Substring(mapped.IndexOf('/'));
            }
        }
        catch (IOException)
        {
            // A system without /proc: the usual folders are left.
        }

        return new[] { "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib" }
            .Select(folder => Path.Combine(folder, Name))
            .FirstOrDefault(File.Exists);
    }
}

/// <summary>What became of a library: its changed bytes, or why it stays as it is, or neither where nothing is missing.</summary>
public sealed class RelaxedLibrary
{
    public RelaxedLibrary(byte[] changed, string explanation)
    {
        Changed = changed;
        Explanation = explanation;
    }

    public byte[] Changed { get; }

    public string Explanation { get; }
}

/// <summary>Symbol versions in 64-bit little-endian ELF files (System V gABI; Linux Standard Base, "Symbol Versioning").</summary>
public static class SymbolVersions
{
    private const string Runtime = "libstdc++.so.6";
    private const ushort Weak = 2; // VER_FLG_WEAK

    /// <summary>Marks the one version of libstdc++ that <paramref name="library"/> needs and <paramref name="runtime"/> lacks as weak, if nothing uses it.</summary>
    public static RelaxedLibrary Relax(byte[] library, byte[] runtime)
    {
        try
        {
            var elf = new ElfFile(library);
            var provided = new HashSet<string>(new ElfFile(runtime).DefinedVersions());
            var missing = elf.NeededVersions(Runtime).Where(need => !need.IsWeak && !provided.Contains(need.Name)).ToList();
            if (missing.Count == 0)
            {
                return new RelaxedLibrary(null, null);
            }

            foreach (var need in missing)
            {
                var users = elf.SymbolsOf(need);
                if (missing.Count > 1 || users.Count != 1 || elf.IsRelocated(users[0]))
                {
                    var names = string.Join(", ", missing.Select(version => version.Name));
                    return new RelaxedLibrary(null, "its library needs " + names + " of " + Runtime
                        + ", which the installed one lacks; install the libstdc++ of GCC 13 or later, or use a newer system.");
                }
            }

            var changed = (byte[])library.Clone();
            changed[missing[0].FlagsOffset] |= (byte)Weak;
            return new RelaxedLibrary(changed, missing[0].Name + " of " + Runtime + " is optional now.");
        }
        catch (InvalidDataException failure)
        {
            return new RelaxedLibrary(null, "its library is not what was expected (" + failure.Message + "); restore the package again.");
        }
    }

    /// <summary>A version that a file needs of another.</summary>
    private sealed class Need
    {
        public string Name;
        public ushort Index;
        public bool IsWeak;
        public int FlagsOffset;
    }

    private sealed class ElfFile
    {
        private const uint SymbolTable = 11, RelocationsWithAddend = 4, Relocations = 9;
        private const uint VersionDefinitions = 0x6ffffffd, VersionNeeds = 0x6ffffffe, VersionOfSymbol = 0x6fffffff;

        private readonly byte[] _bytes;
        private readonly List<Section> _sections = new List<Section>();

        public ElfFile(byte[] bytes)
        {
            _bytes = bytes;
            if (bytes.Length < 64 || bytes[0] != 0x7f || bytes[1] != 'E' || bytes[2] != 'L' || bytes[3] != 'F')
            {
                throw new InvalidDataException("no ELF file");
            }

            if (bytes[4] != 2 || bytes[5] != 1)
            {
                throw new InvalidDataException("not a 64-bit little-endian ELF file");
            }

            var table = Offset(UInt64(0x28));
            int size = UInt16(0x3a), count = UInt16(0x3c);
            if (size < 64)
            {
                throw new InvalidDataException("no section headers");
            }

            for (var i = 0; i < count; i++)
            {
                var at = checked(table + (i * size));
                var section = new Section { Type = UInt32(at + 4), Link = UInt32(at + 40) };
                // Only what is read below must lie within the file: a section without content may claim any place.
                if (IsRead(section.Type))
                {
                    section.Start = Offset(UInt64(at + 24));
                    section.Size = Offset(UInt64(at + 32));
                    section.EntrySize = Offset(UInt64(at + 56));
                    Need(section.Start, section.Size);
                }

                _sections.Add(section);
            }
        }

        public IEnumerable<string> DefinedVersions()
        {
            foreach (var section in _sections.Where(section => section.Type == VersionDefinitions))
            {
                var text = Text(section);
                foreach (var at in Chain(section, section.Start, next: 16))
                {
                    var name = checked(at + (int)UInt32(at + 12));
                    yield return text((int)UInt32(name));
                }
            }
        }

        public List<Need> NeededVersions(string file)
        {
            var needs = new List<Need>();
            foreach (var section in _sections.Where(section => section.Type == VersionNeeds))
            {
                var text = Text(section);
                foreach (var at in Chain(section, section.Start, next: 12))
                {
                    if (text((int)UInt32(at + 4)) != file)
                    {
                        continue;
                    }

                    foreach (var entry in Chain(section, checked(at + (int)UInt32(at + 8)), next: 12))
                    {
                        needs.Add(new Need
                        {
                            Name = text((int)UInt32(entry + 8)),
                            Index = UInt16(entry + 6),
                            IsWeak = (UInt16(entry + 4) & Weak) != 0,
                            FlagsOffset = entry + 4,
                        });
                    }
                }
            }

            return needs;
        }

        public List<int> SymbolsOf(Need need)
        {
            var versions = _sections.Single(VersionOfSymbol);
            return Enumerable.Range(0, versions.Size / 2)
                .Where(symbol => (UInt16(versions.Start + (2 * symbol)) & 0x7fff) == need.Index)
                .ToList();
        }

        public bool IsRelocated(int symbol)
        {
            foreach (var section in _sections.Where(section => section.Type == RelocationsWithAddend || section.Type == Relocations))
            {
                var size = section.Type == RelocationsWithAddend ? 24 : 16;
                for (var at = section.Start; at <= section.Start + section.Size - size; at += size)
                {
                    if (UInt32(at + 12) == symbol)
                    {
                        return true;
                    }
                }
            }

            return false;
        }

        private static bool IsRead(uint type) =>
            type == 3 || type == SymbolTable || type == RelocationsWithAddend || type == Relocations
            || type == VersionDefinitions || type == VersionNeeds || type == VersionOfSymbol;

        /// <summary>The entries of a list whose members name the distance to the next one.</summary>
        private IEnumerable<int> Chain(Section section, int at, int next)
        {
            while (true)
            {
                if (at < section.Start || at > section.Start + section.Size - 16)
                {
                    throw new InvalidDataException("a version entry outside its section");
                }

                yield return at;
                var distance = UInt32(at + next);
                if (distance == 0)
                {
                    yield break;
                }

                at = checked(at + (int)Math.Min(distance, int.MaxValue / 2));
            }
        }

        private Func<int, string> Text(Section section)
        {
            if (section.Link >= _sections.Count || _sections[(int)section.Link].Type != 3)
            {
                throw new InvalidDataException("no table of names");
            }

            var names = _sections[(int)section.Link];
            return offset =>
            {
                if (offset < 0 || offset >= names.Size)
                {
                    throw new InvalidDataException("a name outside its table");
                }

                var start = names.Start + offset;
                var end = Array.IndexOf(_bytes, (byte)0, start, names.Size - offset);
                return Encoding.ASCII.GetString(_bytes, start, (end < 0 ? names.Start + names.Size : end) - start);
            };
        }

        private void Need(int at, int count)
        {
            if (at < 0 || count < 0 || at > _bytes.Length - count)
            {
                throw new InvalidDataException("truncated");
            }
        }

        private static int Offset(ulong value)
        {
            if (value > int.MaxValue)
            {
                throw new InvalidDataException("an offset beyond the file");
            }

            return (int)value;
        }

        private ushort UInt16(int at)
        {
            Need(at, 2);
            return BitConverter.ToUInt16(_bytes, at);
        }

        private uint UInt32(int at)
        {
            Need(at, 4);
            return BitConverter.ToUInt32(_bytes, at);
        }

        private ulong UInt64(int at)
        {
            Need(at, 8);
            return BitConverter.ToUInt64(_bytes, at);
        }
    }

    private sealed class Section
    {
        public uint Type;
        public uint Link;
        public int Start;
        public int Size;
        public int EntrySize;
    }

    private static Section Single(this List<Section> sections, uint type)
    {
        var found = sections.Where(section => section.Type == type).ToList();
        if (found.Count != 1)
        {
            throw new InvalidDataException("no table of symbol versions");
        }

        return found[0];
    }
}
