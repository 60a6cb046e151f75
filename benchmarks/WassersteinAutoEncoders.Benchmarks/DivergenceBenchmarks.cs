using BenchmarkDotNet.Attributes;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Benchmarks;

/// <summary>Value and gradient of each divergence.</summary>
[MemoryDiagnoser]
public class DivergenceBenchmarks
{
    private readonly Dictionary<string, ILatentDivergence> _divergences = [];
    private Tensor _encoded = null!;
    private PriorSamples _prior = null!;

    /// <summary>The batch size.</summary>
    [Params(128, 1024)]
    public int Count { get; set; }

    /// <summary>The latent dimension.</summary>
    [Params(8, 64)]
    public int Dimension { get; set; }

    /// <summary>Draws the codes.</summary>
    [GlobalSetup]
    public void Setup()
    {
        set_num_threads(1);
        _encoded = randn(Count, Dimension, requires_grad: true);
        _prior = new PriorSamples(randn(Count, Dimension), new GaussianPrior(Dimension));
        var kernel = ImqKernel.ForPrior(new GaussianPrior(Dimension));
        _divergences["mmd"] = new MmdDivergence(kernel, MmdEstimator.Unbiased);
        _divergences["sliced"] = new SlicedWassersteinDivergence(SliceDirections.Random(50, 1));
        _divergences["cramer-wold"] = new CramerWoldDivergence();
        _divergences["sinkhorn"] = new SinkhornDivergence(Comparisons.FixedIterations(20));
    }

    /// <summary>MMD with the IMQ mixture.</summary>
    [Benchmark(Baseline = true)]
    public void Mmd() => ValueAndGradient("mmd");

    /// <summary>Sliced Wasserstein with 50 directions.</summary>
    [Benchmark]
    public void Sliced() => ValueAndGradient("sliced");

    /// <summary>Cramér–Wold.</summary>
    [Benchmark]
    public void CramerWold() => ValueAndGradient("cramer-wold");

    /// <summary>Sinkhorn divergence with 20 iterations.</summary>
    [Benchmark]
    public void Sinkhorn() => ValueAndGradient("sinkhorn");

    private void ValueAndGradient(string name)
    {
        using var scope = NewDisposeScope();
        _encoded.grad = null;
        _divergences[name].Evaluate(_encoded, _prior).backward();
    }
}
