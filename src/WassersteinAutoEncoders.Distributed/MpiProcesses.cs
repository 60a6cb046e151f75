using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using WassersteinAutoEncoders.Training;

namespace WassersteinAutoEncoders.Distributed;

/// <summary>The processes that <c>mpirun</c> or a batch system started together, over MPI: what <see cref="WaeTrainerOptions.Processes"/> takes.</summary>
/// <remarks>
/// <para><c>return MpiProcesses.Run(processes => { … });</c> is the whole program. An exception that leaves the function, in any process, ends all of them: none waits for one that is gone.</para>
/// <para>
/// A sum is formed by giving each process a p-th part of the elements of all others, which it adds up in the order of ranks, and gathering the parts: the same bits in all processes whatever
/// the library, the network and the timing, with 2·(p − 1)/p of the elements sent by each, the least possible.
/// </para>
/// <para>One at a time in a process, and for one thread at a time.</para>
/// </remarks>
public sealed partial class MpiProcesses : IProcessGroup
{
    /// <summary>The exit status of all processes after an exception in one.</summary>
    public const int Failure = 70;

    /// <summary>How long a process that ends all waits for its message to be read, at least and at most.</summary>
    private static readonly (TimeSpan Least, TimeSpan Most) ReadingTime = (TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10));

    private static int _started;
    private readonly int[] _counts;
    private byte[] _scratch = [];

    private MpiProcesses(int rank, int size)
    {
        (Rank, Size) = (rank, size);
        _counts = new int[size];
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>How many times MPI was called for a trainer in this process.</summary>
    public long Calls { get; private set; }

    /// <summary>How many bytes this process sent to others in sums and gathered parts; for a broadcast, what one process receives.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Runs a program in each of the processes that were started together.</summary>
    /// <remarks>
    /// What the function throws is written to the standard error with the rank, and ends all processes with the status <see cref="Failure"/>; the same holds for an unhandled exception of another
    /// thread. Where every process throws, each has written its line. Checkpoints that were written are whole: a run resumes from the last one.
    /// </remarks>
    /// <param name="program">What each process does.</param>
    /// <returns>0, the exit status.</returns>
    /// <exception cref="DllNotFoundException">There is no MPI library.</exception>
    /// <exception cref="NotSupportedException">The MPI library is Open MPI.</exception>
    /// <exception cref="InvalidOperationException">The process was not started by mpirun or a batch system, or MPI was in use before in this process.</exception>
    public static int Run(Action<MpiProcesses> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        var processes = Start();
        void Unhandled(object? sender, UnhandledExceptionEventArgs e) => processes.Abort(e.ExceptionObject as Exception);
        AppDomain.CurrentDomain.UnhandledException += Unhandled;
        try
        {
            program(processes);
        }
        catch (Exception e)
        {
            processes.Abort(e);
            throw;
        }
        finally
        {
            AppDomain.CurrentDomain.UnhandledException -= Unhandled;
        }

        // MPICH 4.0 over UCX's TCP has been seen to wait for ever where one process takes its leave while another is still closing connections.
        Check(MPI.Unsafe.MPI_Barrier(MPI.Unsafe.MPI_COMM_WORLD), "MPI_Barrier");
        Check(MPI.Unsafe.MPI_Finalize(), "MPI_Finalize");
        return 0;
    }

    /// <inheritdoc/>
    public unsafe void Sum<T>(Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (n, p) = (values.Length, Size);
        if (p == 1 || n == 0)
        {
            return;
        }

        if (n <= 16 * p)
        {
            SumSmall(values);
            return;
        }

        // Each process adds up one part; the last may be shorter, and is filled up with zeros.
        var part = (n + p - 1) / p;
        var size = sizeof(T);
        var buffer = Scratch<T>(checked(2 * part * p));
        var sent = buffer[..(part * p)];
        var received = buffer[(part * p)..];
        values.CopyTo(sent);
        sent[n..].Clear();
        fixed (T* from = sent, to = received)
        {
            Check(MPI.Unsafe.MPI_Alltoall((IntPtr)from, checked(part * size), MPI.Unsafe.MPI_BYTE, (IntPtr)to, part * size, MPI.Unsafe.MPI_BYTE, MPI.Unsafe.MPI_COMM_WORLD), "MPI_Alltoall");
            var sum = received[..part];
            for (var rank = 1; rank < p; rank++)
            {
                TensorPrimitives.Add<T>(sum, received.Slice(rank * part, part), sum);
            }

            Check(MPI.Unsafe.MPI_Allgather((IntPtr)to, part * size, MPI.Unsafe.MPI_BYTE, (IntPtr)from, part * size, MPI.Unsafe.MPI_BYTE, MPI.Unsafe.MPI_COMM_WORLD), "MPI_Allgather");
        }

        sent[..n].CopyTo(values);
        Count(2, 2L * (p - 1) * part * size);
    }

    /// <inheritdoc/>
    public unsafe void Gather<T>(ReadOnlySpan<T> own, ReadOnlySpan<int> counts, Span<T> all)
        where T : unmanaged
    {
        if (counts.Length != Size || own.Length != counts[Rank] || all.Length != TensorPrimitives.Sum(counts))
        {
            throw new ArgumentException($"Expected {Size} counts, of which one is that of the own elements ({own.Length}) and which add up to the length of the result ({all.Length}), but got {string.Join(", ", counts.ToArray())}.", nameof(counts));
        }

        var places = new int[Size];
        for (var rank = 0; rank < Size; rank++)
        {
            _counts[rank] = checked(counts[rank] * sizeof(T));
            places[rank] = rank == 0 ? 0 : checked(places[rank - 1] + _counts[rank - 1]);
        }

        fixed (T* from = own, to = all)
        {
            Check(
                MPI.Unsafe.MPI_Allgatherv((IntPtr)from, own.Length * sizeof(T), MPI.Unsafe.MPI_BYTE, (IntPtr)to, _counts, places, MPI.Unsafe.MPI_BYTE, MPI.Unsafe.MPI_COMM_WORLD), "MPI_Allgatherv");
        }

        Count(1, (Size - 1L) * own.Length * sizeof(T));
    }

    /// <inheritdoc/>
    public unsafe void Broadcast<T>(Span<T> values)
        where T : unmanaged
    {
        if (values.IsEmpty)
        {
            return;
        }

        fixed (T* pointer = values)
        {
            Check(MPI.Unsafe.MPI_Bcast((IntPtr)pointer, checked(values.Length * sizeof(T)), MPI.Unsafe.MPI_BYTE, 0, MPI.Unsafe.MPI_COMM_WORLD), "MPI_Bcast");
        }

        Count(1, (long)values.Length * sizeof(T));
    }

    /// <summary>Begins MPI.</summary>
    private static unsafe MpiProcesses Start()
    {
        MpiLibrary.Load();
        if (!WasLaunched())
        {
            throw new InvalidOperationException("Expected a process that mpirun started together with others, but this one was started by itself. Start it with 'mpirun -n 4 dotnet Program.dll', or with srun under Slurm; leave MpiProcesses out to train in one process.");
        }

        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            throw new InvalidOperationException("Expected one call of MpiProcesses.Run, but MPI has been in use in this process, and cannot be begun twice. Do all work in one call.");
        }

        var count = 0;
        byte** arguments = null;
        Check(MPI.Unsafe.MPI_Init_thread(ref count, ref arguments, MPI.Unsafe.MPI_THREAD_SERIALIZED, out var level), "MPI_Init_thread");
        if (level < MPI.Unsafe.MPI_THREAD_SERIALIZED)
        {
            throw new NotSupportedException($"Expected an MPI library that any one thread at a time may call (level {MPI.Unsafe.MPI_THREAD_SERIALIZED}), but this one gives level {level}. Use a build of it with threads.");
        }

        Check(MPI.Unsafe.MPI_Comm_rank(MPI.Unsafe.MPI_COMM_WORLD, out var rank), "MPI_Comm_rank");
        Check(MPI.Unsafe.MPI_Comm_size(MPI.Unsafe.MPI_COMM_WORLD, out var size), "MPI_Comm_size");
        return new MpiProcesses(rank, size);
    }

    /// <summary>Whether a process manager speaks for this process: Hydra's and Slurm's PMI, PMIx, or Microsoft's.</summary>
    internal static bool WasLaunched()
        => Array.Exists(["PMI_RANK", "PMI_ID", "PMIX_RANK", "PMI_PORT"], name => Environment.GetEnvironmentVariable(name) is { Length: > 0 });

    private static void Check(int status, string call)
    {
        if (status != MPI.Unsafe.MPI_SUCCESS)
        {
            throw new InvalidOperationException($"{call} failed with status {status}. Look at the library's own message, above.");
        }
    }

    /// <summary>Few elements: one message of all to all is quicker than two of parts.</summary>
    private void SumSmall<T>(Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = values.Length;
        var all = Scratch<T>(n * Size);
        Span<int> counts = stackalloc int[Size];
        counts.Fill(n);
        Gather<T>(values, counts, all);
        all[..n].CopyTo(values);
        for (var rank = 1; rank < Size; rank++)
        {
            TensorPrimitives.Add<T>(values, all.Slice(rank * n, n), values);
        }
    }

    private unsafe Span<T> Scratch<T>(int length)
        where T : unmanaged
    {
        var bytes = checked(length * sizeof(T));
        if (_scratch.Length < bytes)
        {
            _scratch = GC.AllocateUninitializedArray<byte>(bytes);
        }

        return MemoryMarshal.Cast<byte, T>(_scratch.AsSpan(0, bytes));
    }

    private void Count(int calls, long bytes)
    {
        Calls += calls;
        BytesSent += bytes;
    }

    /// <summary>Says why, and ends all processes: the others wait in MPI, where nothing but its own end reaches them.</summary>
    private void Abort(Exception? exception)
    {
        var text = exception is null ? "an unknown error" : exception.ToString();
        Console.Out.Flush();
        using (var error = Console.OpenStandardError())
        {
            error.Write(Encoding.UTF8.GetBytes($"Process {Rank} of {Size} ends all: {text}{Environment.NewLine}"));
            error.Flush();
        }

        // The process manager passes on what was written, unless it is told to end all before it has read it. On a loaded machine that may take a while.
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < ReadingTime.Least || (clock.Elapsed < ReadingTime.Most && UnreadErrors() > 0);)
        {
            Thread.Sleep(10);
        }

        MPI.Unsafe.MPI_Abort(MPI.Unsafe.MPI_COMM_WORLD, Failure);
        Environment.Exit(Failure);
    }

    /// <summary>The bytes of the standard error that nobody has read; 0 where the system does not tell.</summary>
    private static int UnreadErrors()
    {
        const int StandardError = 2;
        const nuint BytesUnread = 0x541B;
        return OperatingSystem.IsLinux() && ControlDevice(StandardError, BytesUnread, out var count) == 0 ? count : 0;
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ControlDevice(int file, nuint request, out int value);
}
