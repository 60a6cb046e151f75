using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Numerics;

/// <summary>What another thread's garbage collection frees, nothing still reads: values and gradients keep every bit.</summary>
public class CollectionTests
{
    private const int Threads = 2;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(0.5);

    public static TheoryData<string> Names => [.. Divergences.Keys];

    // One for each call: some draw directions and hold a generator.
    private static Dictionary<string, Func<ILatentDivergence>> Divergences { get; } = new()
    {
        ["MMD"] = () => new MmdDivergence(new ImqKernel(8)),
        ["MMD, composed"] = () => new MmdDivergence(new RbfKernel(8)) { HigherDerivatives = true },
        ["Sliced Wasserstein"] = () => new SlicedWassersteinDivergence(SliceDirections.Random(seed: 1)),
        ["Cramér–Wold"] = () => new CramerWoldDivergence(),
        ["Bures"] = () => new BuresDivergence(),
        ["Sinkhorn"] = () => new SinkhornDivergence(),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Bits_are_the_same_while_another_thread_collects(string name)
    {
        using var ended = new CancellationTokenSource();
        var expected = Bits(name);
        var failures = new System.Collections.Concurrent.ConcurrentBag<string>();
        var collector = new Thread(() =>
        {
            while (!ended.IsCancellationRequested)
            {
                GC.Collect(0, GCCollectionMode.Forced, blocking: true);
                GC.WaitForPendingFinalizers();
            }
        });
        var workers = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            while (!ended.IsCancellationRequested && failures.IsEmpty)
            {
                try
                {
                    if (!Bits(name).SequenceEqual(expected))
                    {
                        failures.Add("other bits");
                    }
                }
                catch (Exception error)
                {
                    failures.Add(error.ToString());
                }
            }
        })).ToList();
        collector.Start();
        workers.ForEach(worker => worker.Start());
        ended.CancelAfter(Time);
        workers.ForEach(worker => worker.Join());
        collector.Join();
        Assert.True(failures.IsEmpty, string.Join("\n", failures));
    }

    /// <summary>Value and gradient of penalty and cost.</summary>
    private static double[] Bits(string name)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5, CPU);
        var codes = randn([64, 3], generator: generator).requires_grad_();
        var prior = new GaussianPrior(3);
        using var samples = new PriorSamples(prior, 64, generator, CPU, ScalarType.Float32);
        var total = Divergences[name]().Evaluate(codes, samples).Times(3).Plus(new SquaredErrorCost().Evaluate(ones_like(codes), codes));
        total.backward();
        return [Scalars.Read(total), .. TensorData.ToArray(codes.grad!)];
    }
}
