using System.Diagnostics;

namespace WassersteinAutoEncoders.Distributed.Tests;

public class MpiLibraryTests
{
    private static readonly Dictionary<string, string> Launched = new() { ["PMI_RANK"] = "0" };

    [Fact]
    public void No_library_is_said_with_what_to_install()
        => Assert.Contains("the package mpich", Assert.Throws<DllNotFoundException>(() => MpiLibrary.Find(["libnothing-of-this-name.so"])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_library_that_is_no_mpi_is_refused()
    {
        if (OperatingSystem.IsLinux())
        {
            Assert.Throws<DllNotFoundException>(() => MpiLibrary.Find(["libc.so.6"]));
        }
    }

    [CompilerFact]
    public void Open_MPI_is_recognized_and_refused()
    {
        var folder = Directory.CreateTempSubdirectory("wae-open-mpi-");
        try
        {
            var (source, library) = (Path.Combine(folder.FullName, "open.c"), Path.Combine(folder.FullName, "libopen.so"));
            File.WriteAllText(source, "int ompi_mpi_comm_world; int MPI_Init_thread(void) { return 1; }");
            using (var compiler = Process.Start("cc", ["-shared", "-fPIC", "-o", library, source]))
            {
                compiler.WaitForExit();
            }

            Assert.Contains("is Open MPI", Assert.Throws<NotSupportedException>(() => MpiLibrary.Find(["libnothing-of-this-name.so", library])).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class CompilerFactAttribute : FactAttribute
    {
        public CompilerFactAttribute() => Skip = File.Exists("/usr/bin/cc") ? null : "There is no C compiler to make a library with Open MPI's names.";
    }

    [Fact]
    public void A_program_names_the_library_that_cannot_be_loaded()
    {
        var ended = Mpi.RunAlone(new Dictionary<string, string>(Launched) { [MpiLibrary.Variable] = "/nowhere/libmpich.so" }, "exchange");

        Assert.NotEqual(0, ended.Status);
        Assert.Contains("none of /nowhere/libmpich.so can be loaded as one", ended.Output, StringComparison.Ordinal);
    }

    [MpiFact]
    public void A_process_outside_mpirun_says_how_to_start_it()
    {
        var ended = Mpi.RunAlone(new Dictionary<string, string>(), "exchange");

        Assert.NotEqual(0, ended.Status);
        Assert.Contains("mpirun -n 4 dotnet", ended.Output, StringComparison.Ordinal);
    }
}
