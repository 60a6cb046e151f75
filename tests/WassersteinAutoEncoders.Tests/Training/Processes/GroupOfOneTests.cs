using System.Numerics;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Tests.Numerics;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;

namespace WassersteinAutoEncoders.Tests.Training.Processes;

/// <summary>A group of one process costs nothing: a step asks libtorch for the same operators and allocates the same bytes, and nothing is exchanged.</summary>
[Collection(LiveTensors.Name)]
public class GroupOfOneTests
{
    private const int Steps = 250;

    [Fact]
    public void Changes_no_bit()
        => Assert.Equal(ProcessRuns.Trained(null, new MmdDivergence()), ProcessRuns.Together(1, group => ProcessRuns.Trained(group, new MmdDivergence(), new WaeTrainerOptions { SynchronizeBatchNormalization = true }))[0]);

    /// <summary>Managed bytes of this thread in steps of both in turns: now and then the runtime compiles a method anew, or looks after its own pools, between the two.</summary>
    [Fact]
    public void Allocates_what_no_group_allocates()
    {
        using var models = new TestModels();
        using var others = new TestModels();
        using var without = Trainer(models, null);
        using var with = Trainer(others, new Alone());
        var alike = Enumerable.Range(0, Steps).Count(_ => Allocated(without, models) == Allocated(with, others));

        Assert.InRange(alike, 0.9 * Steps, Steps);
    }

    [Fact]
    public void Asks_libtorch_for_what_no_group_asks_for()
    {
        if (!LaunchCounter.IsSupported)
        {
            return;
        }

        var (without, with) = (Operators(null), Operators(new Alone()));

        Assert.NotEmpty(without);
        Assert.Equal(without, with);
    }

    private static long Allocated(WaeTrainer trainer, TestModels models)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        trainer.Step(models.Data);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static IReadOnlyDictionary<string, int> Operators(IProcessGroup? group)
    {
        using var models = new TestModels();
        using var trainer = Trainer(models, group);
        var batches = new TensorBatcher(models.Data, 10, processes: group);
        trainer.Fit(batches, 1);
        return LaunchCounter.Count(() => trainer.Fit(batches, 3));
    }

    private static WaeTrainer Trainer(TestModels models, IProcessGroup? group)
        => new(models.Encoder, models.Decoder, new GaussianPrior(TestModels.Dimension), new MmdDivergence(), new WaeTrainerOptions { Processes = group, SynchronizeBatchNormalization = true, EmaDecay = 0.9 });

    /// <summary>One process, with which nothing may be exchanged.</summary>
    private sealed class Alone : IProcessGroup
    {
        public int Rank => 0;

        public int Size => 1;

        public void Sum<T>(Span<T> values)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            => throw new InvalidOperationException("a sum of one process");

        public void Gather<T>(ReadOnlySpan<T> own, ReadOnlySpan<int> counts, Span<T> all)
            where T : unmanaged
            => throw new InvalidOperationException("a gathering of one process");

        public void Broadcast<T>(Span<T> values)
            where T : unmanaged
            => throw new InvalidOperationException("a broadcast of one process");
    }
}
