using TorchSharp;
using WassersteinAutoEncoders.Numerics;

namespace WassersteinAutoEncoders.Training.Steps;

/// <summary>What a process exchanges next in the midst of a pass, in which any of them may fail.</summary>
internal enum Meeting
{
    /// <summary>Whatever the others do: a process without rows of its own.</summary>
    Follow = 1,

    /// <summary>The statistics of a normalization, by its number.</summary>
    Statistics,

    /// <summary>A sum of so many numbers.</summary>
    Sum,

    /// <summary>Nothing more in this pass.</summary>
    End,

    /// <summary>The text of an exception.</summary>
    Failure,
}

/// <content>Exchanges in the midst of modules and divergences, where any process may fail: each says first what comes.</content>
internal sealed partial class JoinedProcesses
{
    /// <summary>Agrees on what is exchanged next; throws in all where one failed, or where they would exchange different things.</summary>
    /// <param name="what">What this process is about to exchange.</param>
    /// <param name="number">Which, or how many.</param>
    /// <param name="failure">What happened to it.</param>
    /// <returns>What all exchange.</returns>
    public (Meeting What, long Number) Meet(Meeting what, long number = 0, Exception? failure = null)
    {
        // What is agreed on already has been told to all.
        if (failure is not null && Knows(failure))
        {
            throw _agreed!;
        }

        var all = new long[2 * Size];
        group.Gather<long>([(long)(failure is null ? what : Meeting.Failure), number], Uniform(2), all);
        var said = all.Chunk(2).Select(pair => (What: (Meeting)pair[0], Number: pair[1])).ToArray();
        if (Array.Exists(said, s => s.What == Meeting.Failure))
        {
            throw Failed(failure);
        }

        var next = Array.Find(said, s => s.What != Meeting.Follow);
        return Array.Exists(said, s => s.What != Meeting.Follow && s != next)
            ? throw Known(new InvalidOperationException($"Expected all processes to exchange the same within a step, but they are at: {string.Join(", ", said.Select((s, r) => $"{r} {s.What} {s.Number}"))}. Let modules and divergences do the same in every process, whatever their rows hold."))
            : next;
    }

    /// <summary>Ends a pass in which processes met; throws in all where one failed.</summary>
    public void EndMeetings(Exception? failure) => Meet(Meeting.End, failure: failure);

    /// <summary>The numbers of each process, as many in each, in the order of ranks.</summary>
    public double[][] GatherNumbers(double[] own)
    {
        var all = new double[checked(own.Length * Size)];
        group.Gather<double>(own, Uniform(own.Length), all);
        return [.. all.Chunk(own.Length)];
    }

    /// <summary>Replaces the elements of a tensor by their sums over the processes, in the midst of a pass: after it all have to come to <see cref="EndMeetings"/>.</summary>
    public void Sum(torch.Tensor values)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Meet(Meeting.Sum, values.numel());
        var open = Open(values);
        if (open.dtype == torch.ScalarType.Float32)
        {
            group.Sum(TensorSpan.Of<float>(open));
        }
        else
        {
            group.Sum(TensorSpan.Of<double>(open));
        }

        if (!ReferenceEquals(open, values))
        {
            values.copy_(open);
        }
    }
}
