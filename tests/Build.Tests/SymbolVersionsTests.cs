namespace Build.Tests;

/// <summary>Which libraries are changed, and what is said of the others: files of every shape, made by hand.</summary>
public class SymbolVersionsTests
{
    private static readonly byte[] Old = ElfImage.Runtime("GLIBCXX_3.4", "GLIBCXX_3.4.30");

    [Fact]
    public void The_one_missing_version_that_nothing_uses_becomes_weak_and_nothing_else_changes()
    {
        var library = ElfImage.Library(["NEW", "GLIBCXX_3.4"], [0, 2, 3, 3], relocated: [2, 3]);
        var before = (byte[])library.Clone();

        var changed = SymbolVersions.Relax(library, Old, out var problem);

        Assert.Null(problem);
        before[ElfImage.FirstFlags] = 2;
        Assert.Equal(before, changed);
        Assert.Equal(0, library[ElfImage.FirstFlags]);
        Assert.Null(SymbolVersions.Relax(changed, Old, out problem));
        Assert.Null(problem);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_version_that_a_relocation_uses_stays(bool addend) =>
        Refused(ElfImage.Library(["NEW", "GLIBCXX_3.4"], [0, 2, 3], relocated: [2, 1], addend), "NEW of libstdc++.so.6");

    [Fact]
    public void A_version_of_two_symbols_stays() => Refused(ElfImage.Library(["NEW"], [0, 2, 2]), "NEW of libstdc++.so.6");

    [Fact]
    public void A_hidden_symbol_counts_too() => Refused(ElfImage.Library(["NEW"], [0, 2, 0x8002]), "NEW of libstdc++.so.6");

    [Fact]
    public void A_version_without_a_symbol_stays() => Refused(ElfImage.Library(["NEW"], [0, 1]), "NEW of libstdc++.so.6");

    [Fact]
    public void Of_several_missing_versions_none_is_changed_and_all_are_named() =>
        Refused(ElfImage.Library(["NEW", "NEWER", "GLIBCXX_3.4"], [0, 2, 3, 4]), "NEW, NEWER of libstdc++.so.6");

    [Fact]
    public void What_is_missing_comes_with_what_to_do() =>
        Refused(ElfImage.Library(["NEW", "NEWER"], [0, 2, 3]), "Install the libstdc++ of GCC 13 or later, or use a newer system.");

    [Fact]
    public void Nothing_is_done_where_the_runtime_has_the_versions() => Untouched(ElfImage.Library(["GLIBCXX_3.4.30", "GLIBCXX_3.4"], [0, 2, 3]));

    [Fact]
    public void Nothing_is_done_for_a_file_that_needs_no_versions() => Untouched(ElfImage.Runtime("OWN"));

    [Fact]
    public void Versions_of_other_libraries_are_none_of_its_business()
    {
        var library = ElfImage.Library(["NEW"], [0, 2, 2]);
        library[library.AsSpan().IndexOf("libstdc++"u8)] = (byte)'x';
        Untouched(library);
    }

    [Fact]
    public void A_file_without_the_symbols_versions_is_refused()
    {
        var library = ElfImage.Library(["NEW"], [0, 2]);
        library[library.AsSpan().IndexOf((byte[])[0xff, 0xff, 0xff, 0x6f])] = 0xf0;
        Refused(library, "no table of the symbols' versions");
    }

    [Fact]
    public void A_file_of_32_bits_is_refused()
    {
        var library = ElfImage.Library(["NEW"], [0, 2]);
        library[4] = 1;
        Refused(library, "not a 64-bit little-endian ELF file");
    }

    [Fact]
    public void A_file_of_big_endian_order_is_refused()
    {
        var library = ElfImage.Library(["NEW"], [0, 2]);
        library[5] = 2;
        Refused(library, "not a 64-bit little-endian ELF file");
    }

    [Fact]
    public void What_is_not_an_ELF_file_is_refused()
    {
        Refused([], "not an ELF file");
        Refused("MZ"u8.ToArray(), "not an ELF file");
        Refused(new byte[1000], "not an ELF file");
    }

    [Fact]
    public void A_runtime_that_cannot_be_read_is_named_as_such()
    {
        Assert.Null(SymbolVersions.Relax(ElfImage.Library(["NEW"], [0, 2]), [1, 2, 3], out var problem));
        Assert.StartsWith("the libstdc++.so.6 of this machine can't be read (not an ELF file)", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_file_is_refused_whatever_its_length()
    {
        var library = ElfImage.Library(["NEW", "GLIBCXX_3.4"], [0, 2, 3], relocated: [2]);
        for (var length = 0; length < library.Length; length++)
        {
            Refused(library[..length], length < 64 ? "not an ELF file" : "truncated");
        }
    }

    [Fact]
    public void No_damage_to_a_byte_ends_in_an_exception()
    {
        var library = ElfImage.Library(["NEW", "GLIBCXX_3.4"], [0, 2, 3], relocated: [2]);
        var runtime = ElfImage.Runtime("GLIBCXX_3.4", "OTHER");
        foreach (var (bytes, relax) in new (byte[], Action<byte[]>)[]
        {
            (library, damaged => SymbolVersions.Relax(damaged, runtime, out _)),
            (runtime, damaged => SymbolVersions.Relax(library, damaged, out _)),
        })
        {
            for (var at = 0; at < bytes.Length; at++)
            {
                foreach (byte value in (byte[])[0, 1, 0x7f, 0x80, 0xff])
                {
                    var damaged = (byte[])bytes.Clone();
                    damaged[at] = value;
                    relax(damaged);
                }
            }
        }
    }

    private static void Refused(byte[] library, string expected)
    {
        Assert.Null(SymbolVersions.Relax(library, Old, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    private static void Untouched(byte[] library)
    {
        Assert.Null(SymbolVersions.Relax(library, Old, out var problem));
        Assert.Null(problem);
    }
}
