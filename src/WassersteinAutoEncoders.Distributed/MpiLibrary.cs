using System.Runtime.InteropServices;

namespace WassersteinAutoEncoders.Distributed;

/// <summary>Finds the MPI library of the system for MPI.NET, which asks for Microsoft's by name.</summary>
/// <remarks>
/// MPI.NET's constants are MS-MPI's, which come from MPICH: any library of MPICH's interface (MPICH, Intel MPI, MVAPICH, Cray MPICH) has the same. Open MPI's
/// handles are addresses: its library would take the constants for pointers, so it is looked at before it is called.
/// </remarks>
internal static class MpiLibrary
{
    /// <summary>A library to load in place of those looked for: a name or a path.</summary>
    public const string Variable = "WAE_MPI_LIBRARY";

    private static readonly string[] Names = OperatingSystem.IsWindows()
        ? ["msmpi.dll"]
        : OperatingSystem.IsMacOS()
            ? ["libmpich.12.dylib", "libmpi.12.dylib", "libmpi.dylib"]
            : ["libmpich.so.12", "libmpi.so.12", "libmpi_cray.so.12", "libmpich.so", "libmpi.so.40", "libmpi.so"];

    private static readonly Lock Gate = new();
    private static IntPtr _library;
    private static bool _resolving;

    /// <summary>Loads the library, once.</summary>
    /// <exception cref="DllNotFoundException">There is none.</exception>
    /// <exception cref="NotSupportedException">It is Open MPI's.</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (_library == IntPtr.Zero)
            {
                _library = Find(Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? [named] : Names);
            }

            if (!_resolving)
            {
                NativeLibrary.SetDllImportResolver(typeof(MPI.Unsafe).Assembly, (name, _, _) => name.StartsWith("msmpi", StringComparison.OrdinalIgnoreCase) ? _library : IntPtr.Zero);
                _resolving = true;
            }
        }
    }

    /// <summary>The first library that can be loaded and speaks MPICH's interface.</summary>
    internal static IntPtr Find(IReadOnlyList<string> names)
    {
        string? open = null;
        foreach (var name in names)
        {
            if (!NativeLibrary.TryLoad(name, typeof(MpiLibrary).Assembly, DllImportSearchPath.SafeDirectories, out var library))
            {
                continue;
            }

            // Open MPI's communicators are objects, which its library exports; MPICH's are numbers.
            if (NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _))
            {
                open ??= name;
            }
            else if (NativeLibrary.TryGetExport(library, "MPI_Init_thread", out _))
            {
                return library;
            }

            NativeLibrary.Free(library);
        }

        if (open is not null)
        {
            throw new NotSupportedException($"Expected an MPI library with MPICH's interface (MPICH, Intel MPI, MVAPICH, Cray MPICH, Microsoft MPI), but '{open}' is Open MPI, whose handles differ. Install MPICH (on Debian and Ubuntu the package mpich) and start with its mpirun.");
        }

        throw new DllNotFoundException($"Expected an MPI library with MPICH's interface, but none of {string.Join(", ", names)} can be loaded as one. Install MPICH (on Debian and Ubuntu the package mpich, on Windows Microsoft MPI), or name a library in the environment variable {Variable}.");
    }
}
