using System.Runtime.ExceptionServices;
using System.Text;
using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Runs;

namespace WassersteinAutoEncoders.Training.Steps;

/// <summary>What a process is about to do.</summary>
internal enum Intent
{
    /// <summary>Take a batch.</summary>
    Batch = 1,

    /// <summary>Nothing more in this epoch; takes part in the others' batches with no rows of its own.</summary>
    End,

    /// <summary>End the run because an observer asked to.</summary>
    Stop,

    /// <summary>End the run because it was cancelled.</summary>
    Cancel,

    /// <summary>Save a checkpoint.</summary>
    Save,

    /// <summary>Return from a run.</summary>
    Finish,

    /// <summary>Throw.</summary>
    Fail,
}

/// <summary>The rows that each process has of a batch.</summary>
internal sealed record BatchShare(int[] Counts, int Rank, int LabelType, int LabelSize, bool LabelsAreFlat)
{
    public long Total { get; } = Counts.Sum(c => (long)c);

    public int Count => Counts[Rank];

    public long Start { get; } = Counts.Take(Rank).Sum(c => (long)c);
}

/// <summary>What all processes agreed on: to take a batch, or to end the epoch or the run.</summary>
internal readonly record struct Agreement(BatchShare? Share, RunOutcome? Stop);

/// <summary>A trainer's side of a group of processes: what they are about to do is agreed on before it is done, so that none waits for another that does something else.</summary>
/// <remarks>
/// An exception in one process is told to all others at their next exchange, where they throw as well. Sums are taken in buckets, in the order of the
/// parameters; the group adds them up in the order of ranks.
/// </remarks>
internal sealed partial class JoinedProcesses(IProcessGroup group, TrainerCounters counters, Func<(double Lambda, double Rate, double CriticRate)> rates)
{
    private const int HeaderSize = 11;
    private const string SameCalls = "Make the same calls in all processes: Step, Fit, SaveCheckpoint and LoadCheckpoint, and give checkpoint observers to all of them.";
    private Exception? _agreed;
    private Exception? _end;
    private bool _begun;

    public int Rank => group.Rank;

    public int Size => group.Size;

    /// <summary>Whether all processes know of an exception already.</summary>
    public bool Knows(Exception exception) => _agreed is not null && (ReferenceEquals(exception, _agreed) || (exception.InnerException is { } inner && Knows(inner)));

    /// <summary>Tells the others of an exception; throws it.</summary>
    public void Fail(Exception exception) => Agree(Intent.Fail, null, exception);

    /// <summary>Gives weights, optimizers' states and the random states that all share from process 0 to the others; once, unless asked for again.</summary>
    public void Begin(TrainerState state, bool again = false)
    {
        if (_begun && !again)
        {
            return;
        }

        _end = null;
        using var noGrad = torch.no_grad();
        foreach (var (_, tensor) in state.Tensors().OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            Broadcast(tensor);
        }

        foreach (var (_, generator) in state.SharedGenerators())
        {
            using var random = generator.get_state();
            Broadcast(random);
            generator.set_state(random);
        }

        if (!_begun && counters is { Step: 0, Batch: 0, Epoch: 0 })
        {
            Separate(state);
        }

        _begun = true;
    }

    /// <summary>Seeds what each process draws for rows of its own differently in each.</summary>
    public void Separate(TrainerState state)
    {
        _begun = true;
        if (Rank == 0)
        {
            return;
        }

        foreach (var (_, generator) in state.OwnGenerators())
        {
            var seed = Generators.Mix(Generators.Mix(unchecked((ulong)generator.initial_seed()), (ulong)Rank), (ulong)counters.Step);
            generator.manual_seed(unchecked((long)seed));
        }
    }

    /// <summary>Agrees on a batch of which this process has the given rows.</summary>
    public BatchShare Agree(Batch batch, TensorKind kind)
    {
        var (intent, failure) = Looked(batch, kind);
        var agreed = Agree(intent, batch, failure);
        return agreed.Share ?? throw Known(new InvalidOperationException("Expected a batch in every process, but another one ended its run. " + SameCalls));
    }

    /// <summary>What can be said of a batch before anything is done with it.</summary>
    public static (Intent Intent, Exception? Failure) Looked(Batch batch, TensorKind kind)
    {
        try
        {
            if (batch.Input is not { IsInvalid: false } input || input.dim() == 0 || input.shape[0] > 0)
            {
                StepChecks.Batch(batch.Input, kind);
            }

            return (Intent.Batch, null);
        }
        catch (ArgumentException e)
        {
            return (Intent.Fail, e);
        }
    }

    /// <summary>Tells the others what this process is about to do, and learns what they are.</summary>
    public Agreement Agree(Intent intent, Batch? batch = null, Exception? failure = null)
    {
        // The others have left: an observer's error that was only logged must not make this process wait for them.
        if (_end is not null)
        {
            throw _end;
        }

        var own = new long[HeaderSize];
        try
        {
            var (lambda, rate, criticRate) = rates();
            var labels = intent == Intent.Batch ? batch?.Labels : null;
            var rows = intent == Intent.Batch ? batch!.Value.Input.shape[0] : 0;
            own =
            [
                (long)intent, rows, counters.Step, counters.Epoch, counters.Batch, BitConverter.DoubleToInt64Bits(lambda), BitConverter.DoubleToInt64Bits(rate),
                BitConverter.DoubleToInt64Bits(criticRate), labels is null ? -1 : (long)labels.dtype, labels is null || rows == 0 ? 0 : labels.numel() / rows, labels?.dim() ?? 0,
            ];
        }
        catch (Exception e)
        {
            (own[0], failure) = ((long)Intent.Fail, failure ?? e);
        }

        var all = new long[HeaderSize * Size];
        group.Gather<long>(own, Uniform(HeaderSize), all);
        var headers = all.Chunk(HeaderSize).ToArray();
        if (Array.Exists(headers, h => h[0] == (long)Intent.Fail))
        {
            throw End(Failed(failure));
        }

        if (Array.FindIndex(headers, h => !h.AsSpan(2, 6).SequenceEqual(headers[0].AsSpan(2, 6))) is > 0 and var other)
        {
            throw End(new InvalidOperationException(
                $"Expected all processes to be at the same step with the same λ and learning rates, but process 0 is at step {headers[0][2]} (epoch {headers[0][3]}, batch {headers[0][4]}) and process {other} at step {headers[other][2]} (epoch {headers[other][3]}, batch {headers[other][4]}), or their schedules differ. {SameCalls} Validation batches, if any, belong to all processes as well."));
        }

        var intents = headers.Select(h => (Intent)h[0]).ToArray();
        if (intents[0] is Intent.Save or Intent.Finish ? Array.Exists(intents, i => i != intents[0]) : Array.Exists(intents, i => i is Intent.Save or Intent.Finish))
        {
            throw End(new InvalidOperationException($"Expected all processes to do the same, but they are about to: {string.Join(", ", intents.Select((i, r) => $"{r} {i}"))}. {SameCalls}"));
        }

        if (Array.Exists(intents, i => i is Intent.Cancel or Intent.Stop))
        {
            return new Agreement(null, intents.Contains(Intent.Cancel) ? RunOutcome.Cancelled : RunOutcome.StoppedEarly);
        }

        if (!intents.Contains(Intent.Batch))
        {
            return default;
        }

        var labeled = headers.MaxBy(h => h[9])!;
        var share = new BatchShare([.. headers.Select(h => checked((int)h[1]))], Rank, (int)headers.Max(h => h[8]), (int)labeled[9], labeled[10] == 1);
        return share.Total == 0 ? throw Known(new ArgumentException("The batch is empty in every process. Skip empty batches.", nameof(batch))) : new Agreement(share, null);
    }

    /// <summary>Sums over the processes, unless one of them failed.</summary>
    public double[] Sum(double[] values, Exception? failure)
    {
        double[] all = [.. values, failure is null ? 0 : 1];
        if (failure is not null)
        {
            all.AsSpan(0, values.Length).Clear();
        }

        group.Sum(all.AsSpan());
        return all[^1] > 0 ? throw Failed(failure) : all[..^1];
    }

    /// <summary>The bytes of each process, all of one length, in the order of ranks.</summary>
    public byte[][] GatherBytes(byte[] own)
    {
        var all = new byte[checked(own.Length * Size)];
        group.Gather<byte>(own, Uniform(own.Length), all);
        return own.Length == 0 ? [.. Enumerable.Repeat(own, Size)] : [.. all.Chunk(own.Length)];
    }

    /// <summary>The exception to throw where a process failed: the own one, or one that names whose it was.</summary>
    public Exception Failed(Exception? own, Func<string, Exception>? make = null)
    {
        var text = own is null ? [] : Encoding.UTF8.GetBytes($"{own.GetType().Name}: {own.Message}");
        var lengths = new int[Size];
        group.Gather<int>([text.Length], Uniform(1), lengths);
        var all = new byte[lengths.Sum()];
        group.Gather<byte>(text, lengths, all);
        if (own is not null)
        {
            Known(own);
            ExceptionDispatchInfo.Throw(own);
        }

        var first = Array.FindIndex(lengths, l => l > 0);
        var message = $"Process {first} of {Size} ended the run: {Encoding.UTF8.GetString(all.AsSpan(0, lengths[first]))}";
        return Known(make?.Invoke(message) ?? new InvalidOperationException(message));
    }

    private Exception End(Exception exception) => _end = Known(exception);

    private Exception Known(Exception exception) => _agreed = exception;

    private int[] Uniform(int count) => [.. Enumerable.Repeat(count, Size)];
}
