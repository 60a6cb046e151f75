using System.Numerics;
using System.Runtime.ExceptionServices;
using WassersteinAutoEncoders.Kernels.Radial;

namespace WassersteinAutoEncoders.Divergences.Pairs;

/// <summary>Runs all pairs of blocks in rounds in which no block takes part twice (the circle method), on one thread or several.</summary>
internal static class PairTournament
{
    public static PairTerms Run<T, TVector, TLanes>(PairProblem<T> problem, int blocks, int workers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLanes : ILanes<TVector, T>
    {
        var pool = new PairWorker<T, TVector, TLanes>[workers];
        for (var w = 0; w < workers; w++)
        {
            pool[w] = new PairWorker<T, TVector, TLanes>(problem);
        }

        try
        {
            var results = new PairTerms[blocks];
            var total = Round(pool, results, blocks, task => (task, task));
            var players = blocks + (blocks & 1);
            for (var round = 0; round < players - 1; round++)
            {
                var r = round;
                total += Round(pool, results, players / 2, task => Match(task, r, players));
            }

            return total;

            PairTerms Round(PairWorker<T, TVector, TLanes>[] pool, PairTerms[] results, int tasks, Func<int, (int I, int J)> match)
            {
                var next = -1;
                if (pool.Length == 1 || tasks == 1)
                {
                    Work(pool[0]);
                }
                else
                {
                    RunParallel(pool.Length, w => Work(pool[w]));
                }

                var sum = default(PairTerms);
                for (var task = 0; task < tasks; task++)
                {
                    sum += results[task];
                }

                return sum;

                void Work(PairWorker<T, TVector, TLanes> worker)
                {
                    for (var task = Interlocked.Increment(ref next); task < tasks; task = Interlocked.Increment(ref next))
                    {
                        var (i, j) = match(task);
                        results[task] = worker.Process(i, j);
                    }
                }
            }
        }
        finally
        {
            foreach (var worker in pool)
            {
                worker.Dispose();
            }
        }
    }

    /// <summary>Who meets in a round: the last player stays, the others turn by one place. Of an odd number of blocks one meets a player without points.</summary>
    private static (int I, int J) Match(int task, int round, int players)
    {
        var circle = players - 1;
        return task == 0 ? (round, circle) : ((round + task) % circle, (round - task + circle) % circle);
    }

    /// <summary>Runs an action once a worker; what a kernel throws reaches the caller as it was thrown.</summary>
    private static void RunParallel(int workers, Action<int> action)
    {
        try
        {
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, action);
        }
        catch (AggregateException error) when (error.InnerException is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
