#nullable disable
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;

/// <summary>
/// Writes a copy of a native library in which the need of one symbol version is marked weak, so that the dynamic loader of a
/// Linux whose libstdc++ is older accepts it. Acts only where that provably changes nothing else: see <see cref="SymbolVersions"/>.
/// </summary>
/// <remarks>One file, because an inline task is compiled of one, by the builds that use the package.</remarks>
public sealed class OptionalSymbolVersion : Microsoft.Build.Utilities.Task
{
    /// <summary>The library as its package has it; only read.</summary>
    [Required]
    public string Library { get; set; }

    /// <summary>Where the changed copy is written, if there has to be one.</summary>
    [Required]
    public string Copy { get; set; }

    /// <summary>A file that is written once the library is known to load, with or without a copy: until then every build asks again.</summary>
    [Required]
    public string Answer { get; set; }

    /// <summary>The libstdc++ to hold the library against; by default the one of this machine.</summary>
    public string Runtime { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            var runtime = string.IsNullOrEmpty(Runtime) ? FindRuntime() : Runtime;
            // A machine without libstdc++ can't run TorchSharp in any case, and may yet build for another.
            string problem = null;
            var changed = runtime == null ? null : SymbolVersions.Relax(File.ReadAllBytes(Library), File.ReadAllBytes(runtime), out problem);
            if (problem != null)
            {
                Warn(problem);
            }

            // The copy is never written in place: a program that runs may have it mapped, and outputs may be links to it.
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(Copy)));
            File.Delete(Copy);
            if (changed != null)
            {
                File.WriteAllBytes(Copy, changed);
            }

            if (problem == null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(Answer)));
                File.WriteAllText(Answer, changed == null ? "nothing to do\n" : "changed copy written\n");
            }
        }
        catch (Exception failure) when (failure is IOException || failure is UnauthorizedAccessException)
        {
            Warn(failure.Message);
        }

        return true;
    }

    private void Warn(string problem) =>
        Log.LogWarning(null, "WAE0001", null, null, 0, 0, 0, 0, "TorchSharp may not load on this machine: {0}", problem);

    // .NET's own runtime is linked against libstdc++, so that the build process itself has mapped the one the loader chooses.
    private static string FindRuntime()
    {
        const string Name = "libstdc++.so.6";
        const string Maps = "/proc/self/maps";
        var mapped = File.Exists(Maps) ? File.ReadLines(Maps).FirstOrDefault(line => line.Contains("/libstdc++.so")) : null;
        var path = mapped?.Substring(mapped.IndexOf('/'));
        return File.Exists(path)
            ? path
            : new[] { "/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib" }
                .Select(folder => Path.Combine(folder, Name))
                .FirstOrDefault(File.Exists);
    }
}

/// <summary>
/// Symbol versions of 64-bit little-endian ELF files (System V gABI; Linux Standard Base, "Symbol Versioning"). A version that a
/// library needs can be made optional safely where it is the only one missing, exactly one symbol carries it, and no relocation
/// refers to that symbol: then nothing of that version is ever looked up, and only the loader's check of versions is in the way.
/// </summary>
public static class SymbolVersions
{
    private const string Runtime = "libstdc++.so.6";
    private const ushort Weak = 2; // VER_FLG_WEAK

    /// <summary>Marks the one version of libstdc++ that <paramref name="library"/> needs and <paramref name="runtime"/> lacks as weak, if nothing uses it.</summary>
    /// <param name="library">The content of the library, which stays as it is.</param>
    /// <param name="runtime">The content of this machine's libstdc++.</param>
    /// <param name="problem">What keeps the library from loading and what to do, where that version is used or more is missing; or null.</param>
    /// <returns>The changed content, or null where nothing is missing or there is a problem.</returns>
    public static byte[] Relax(byte[] library, byte[] runtime, out string problem)
    {
        problem = null;
        HashSet<string> provided;
        try
        {
            provided = new HashSet<string>(new ElfFile(runtime).DefinedVersions());
        }
        catch (InvalidDataException failure)
        {
            problem = "the " + Runtime + " of this machine can't be read (" + failure.Message + ").";
            return null;
        }

        try
        {
            var elf = new ElfFile(library);
            var missing = elf.NeededVersions(Runtime).Where(version => !version.IsWeak && !provided.Contains(version.Name)).ToList();
            if (missing.Count == 0)
            {
                return null;
            }

            if (missing.Count > 1 || !elf.IsUnused(missing[0]))
            {
                problem = "its library needs " + string.Join(", ", missing.Select(version => version.Name)) + " of " + Runtime
                    + ", which this machine lacks. Install the libstdc++ of GCC 13 or later, or use a newer system.";
                return null;
            }

            var changed = (byte[])library.Clone();
            changed[missing[0].FlagsOffset] |= (byte)Weak;
            return changed;
        }
        catch (InvalidDataException failure)
        {
            problem = "its library is damaged or of an unknown layout (" + failure.Message + "). Delete TorchSharp from the package cache and restore again.";
            return null;
        }
    }

    private sealed class NeededVersion
    {
        public string Name;
        public ushort Index;
        public bool IsWeak;
        public int FlagsOffset;
    }

    private sealed class Section
    {
        public uint Type;
        public uint Link;
        public long Start;
        public long Size;

        public long End => Start + Size;
    }

    private sealed class ElfFile
    {
        private const uint Names = 3, RelocationsWithAddend = 4, Relocations = 9; // SHT_STRTAB, SHT_RELA, SHT_REL
        private const uint VersionDefinitions = 0x6ffffffd, VersionNeeds = 0x6ffffffe, VersionOfSymbol = 0x6fffffff;

        private readonly byte[] _bytes;
        private readonly List<Section> _sections = new List<Section>();

        public ElfFile(byte[] bytes)
        {
            _bytes = bytes;
            if (bytes.Length < 64 || bytes[0] != 0x7f || bytes[1] != 'E' || bytes[2] != 'L' || bytes[3] != 'F')
            {
                throw new InvalidDataException("not an ELF file");
            }

            if (bytes[4] != 2 || bytes[5] != 1)
            {
                throw new InvalidDataException("not a 64-bit little-endian ELF file");
            }

            var table = Offset(0x28);
            int size = UInt16(0x3a), count = UInt16(0x3c);
            if (size < 64 || count == 0)
            {
                throw new InvalidDataException("no section headers");
            }

            for (var i = 0; i < count; i++)
            {
                var at = table + ((long)i * size);
                Check(at, size);
                var section = new Section { Type = UInt32(at + 4), Link = UInt32(at + 40) };
                // Only what is read below must lie within the file: a section without content may claim any place.
                if (section.Type == Names || IsRelocation(section) || section.Type >= VersionDefinitions)
                {
                    section.Start = Offset(at + 24);
                    section.Size = Offset(at + 32);
                    Check(section.Start, section.Size);
                }

                _sections.Add(section);
            }
        }

        public IEnumerable<string> DefinedVersions() =>
            from section in OfType(VersionDefinitions)
            from entry in Chain(section, section.Start, next: 16)
            select Text(section, UInt32(entry + UInt32(entry + 12)));

        public IEnumerable<NeededVersion> NeededVersions(string file) =>
            from section in OfType(VersionNeeds)
            from library in Chain(section, section.Start, next: 12)
            where Text(section, UInt32(library + 4)) == file
            from entry in Chain(section, library + UInt32(library + 8), next: 12)
            select new NeededVersion
            {
                Name = Text(section, UInt32(entry + 8)),
                Index = UInt16(entry + 6),
                IsWeak = (UInt16(entry + 4) & Weak) != 0,
                FlagsOffset = (int)entry + 4,
            };

        /// <summary>Whether exactly one symbol carries the version, and no relocation refers to it.</summary>
        public bool IsUnused(NeededVersion version)
        {
            var tables = OfType(VersionOfSymbol).ToList();
            if (tables.Count != 1)
            {
                throw new InvalidDataException("no table of the symbols' versions");
            }

            // The highest bit says that a symbol is hidden.
            var symbols = Enumerable.Range(0, (int)(tables[0].Size / 2))
                .Where(symbol => (UInt16(tables[0].Start + (2L * symbol)) & 0x7fff) == version.Index)
                .ToList();
            return symbols.Count == 1 && !_sections.Where(IsRelocation).Any(section => RelocatedSymbols(section).Contains((uint)symbols[0]));
        }

        private static bool IsRelocation(Section section) => section.Type == RelocationsWithAddend || section.Type == Relocations;

        private IEnumerable<uint> RelocatedSymbols(Section section)
        {
            var size = section.Type == RelocationsWithAddend ? 24 : 16;
            for (var at = section.Start; at <= section.End - size; at += size)
            {
                yield return UInt32(at + 12);
            }
        }

        private IEnumerable<Section> OfType(uint type) => _sections.Where(section => section.Type == type);

        /// <summary>The entries of a list whose members name the distance to the next one, 0 at the end.</summary>
        private IEnumerable<long> Chain(Section section, long at, int next)
        {
            for (long distance = -1; distance != 0; at += distance)
            {
                if (at > section.End - 16)
                {
                    throw new InvalidDataException("an entry outside its section");
                }

                yield return at;
                distance = UInt32(at + next);
            }
        }

        private string Text(Section section, uint offset)
        {
            if (section.Link >= _sections.Count || _sections[(int)section.Link].Type != Names || offset >= _sections[(int)section.Link].Size)
            {
                throw new InvalidDataException("a name outside its table");
            }

            var names = _sections[(int)section.Link];
            var start = (int)(names.Start + offset);
            var end = Array.IndexOf(_bytes, (byte)0, start, (int)names.End - start);
            return Encoding.ASCII.GetString(_bytes, start, (end < 0 ? (int)names.End : end) - start);
        }

        private long Offset(long at)
        {
            Check(at, 8);
            return (long)Math.Min(BitConverter.ToUInt64(_bytes, (int)at), int.MaxValue);
        }

        private ushort UInt16(long at)
        {
            Check(at, 2);
            return BitConverter.ToUInt16(_bytes, (int)at);
        }

        private uint UInt32(long at)
        {
            Check(at, 4);
            return BitConverter.ToUInt32(_bytes, (int)at);
        }

        private void Check(long at, long count)
        {
            if (at > _bytes.Length - count)
            {
                throw new InvalidDataException("truncated");
            }
        }
    }
}
