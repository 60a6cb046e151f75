using System.Text.Json.Nodes;
using TorchSharp;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Optimizers;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Benchmarks;

/// <summary>What is compared with PyTorch.</summary>
internal sealed class Comparisons(Device device)
{
    /// <summary>Beyond this many codes PyTorch's composition of the MMD needs more than 10 GB for its matrices of all pairs, and minutes a row.</summary>
    private const int LargestForPyTorch = 4096;

    /// <summary>The comparisons with a target, and those beside them.</summary>
    public IEnumerable<Comparison> Table() =>
    [
        Mmd(128, 8, 1, target: 10),
        Mmd(1024, 8, 1, target: 10),
        Mmd(4096, 8, 1, target: 40),
        Mmd(4096, 64, 1, target: 20),
        Mmd(4096, 8, 2),
        Mmd(4096, 64, 2),
        CramerWold(1024, 8),
        Sliced(1024, 8),
        Sinkhorn(256, 8),
        MlpStep(1, target: 1.5),
        MlpStep(2),
        ConvolutionalStep(1, target: 1),
        AdversarialStep(passes: 3, target: 1.5),
        AdversarialStep(passes: 1, target: null),
        MlpStepByHand(),
    ];

    /// <summary>What a GPU is measured by: the MMD against PyTorch eager and compiled, and the convolutional step in each precision.</summary>
    public IEnumerable<Comparison> OnGpu()
    {
        foreach (var n in (int[])[128, 1024, 8192])
        {
            foreach (var d in (long[])[8, 64])
            {
                foreach (var compiled in (bool[])[false, true])
                {
                    var mmd = Mmd(n, d, 1);
                    yield return mmd with
                    {
                        Name = mmd.Name + (compiled ? ", compiled" : ", eager"),
                        Other = new InPyTorch(new JsonObject { ["case"] = "mmd", ["n"] = n, ["d"] = d, ["compiled"] = compiled }),
                    };
                }
            }
        }

        foreach (var tf32 in (bool[])[false, true])
        {
            var step = ConvolutionalStep(1);
            yield return step with
            {
                Name = step.Name + (tf32 ? ", TF32" : ", float32"),
                Ours = () => InPrecision(step.Ours(), tf32),
                Other = new InPyTorch(new JsonObject { ["case"] = "step", ["network"] = "convolutional", ["n"] = 128, ["d"] = 8, ["width"] = 16, ["tf32"] = tf32 }),
            };
        }

        yield return new("Training step, the review's convolutions, width 16, batch 128, bfloat16, against autocast", () =>
            {
                var (encoder, decoder) = Networks.Convolutional(8, 16);
                return Step(encoder, decoder, Imq(8), rand(128, 1, 28, 28, device: device), ComputePrecision.BFloat16);
            },
            new InPyTorch(new JsonObject { ["case"] = "step", ["network"] = "convolutional", ["n"] = 128, ["d"] = 8, ["width"] = 16, ["bfloat16"] = true }));
    }

    /// <summary>Scaling of the MMD with n, d and threads.</summary>
    public IEnumerable<Comparison> Curves()
    {
        foreach (var d in (long[])[2, 8, 64])
        {
            for (var n = 64; n <= 32_768; n *= 2)
            {
                yield return Mmd(n, d, 1);
            }
        }

        foreach (var n in (int[])[1024, 4096, 16_384])
        {
            yield return Mmd(n, 8, 2);
        }
    }

    /// <summary>The same work by other libraries, with the settings that each comes with.</summary>
    public IEnumerable<Comparison> Libraries()
    {
        foreach (var n in (int[])[128, 1024])
        {
            yield return new($"pythae's MMD, IMQ mixture of 7, n = {n}, d = 8", () => ValueAndGradient(Imq(8), n, 8), new InPyTorch(new JsonObject { ["case"] = "pythae-mmd", ["n"] = n, ["d"] = 8 }));
            yield return new($"geomloss' energy distance, n = {n}, d = 8", () => ValueAndGradient(new MmdDivergence(new EnergyKernel(), MmdEstimator.Biased), n, 8), Geomloss("energy", n));
            yield return new($"geomloss' Gaussian MMD, σ = 2, n = {n}, d = 8", () => ValueAndGradient(new MmdDivergence(new RbfKernel(4), MmdEstimator.Biased), n, 8), Geomloss("gaussian", n));
            yield return new($"geomloss' Sinkhorn divergence, ε = 0.1, n = {n}, d = 8", () => ValueAndGradient(new SinkhornDivergence(new SinkhornOptions { Epsilon = 0.1 }), n, 8), Geomloss("sinkhorn", n, Math.Sqrt(0.1)));
            yield return new($"POT's sliced Wasserstein, 50 directions, n = {n}, d = 8", () => ValueAndGradient(new SlicedWassersteinDivergence(SliceDirections.Random(50, 1)), n, 8), new InPyTorch(new JsonObject { ["case"] = "pot-sliced", ["n"] = n, ["d"] = 8, ["projections"] = 50 }));
        }

        yield return new("pythae's training step, MLP 784-200-200-200-8 and back, batch 128", () =>
            {
                var (encoder, decoder) = Networks.Mlp(8);
                return Step(encoder, decoder, Imq(8), rand(128, 784, device: device));
            },
            new InPyTorch(new JsonObject { ["case"] = "pythae-step", ["n"] = 128, ["d"] = 8 }));
    }

    private static InPyTorch Geomloss(string loss, int n, double blur = 2)
        => new(new JsonObject { ["case"] = "geomloss", ["loss"] = loss, ["n"] = n, ["d"] = 8, ["blur"] = blur });

    private Comparison Mmd(int n, long d, int threads, double? target = null)
        => new($"MMD, IMQ mixture of 7, value and gradient, n = {n}, d = {d}", () =>
            {
                var divergence = new MmdDivergence(ImqKernel.ForPrior(new GaussianPrior(d)), MmdEstimator.Unbiased);
                return ValueAndGradient(divergence, n, d);
            },
            n > LargestForPyTorch ? null : new InPyTorch(new JsonObject { ["case"] = "mmd", ["n"] = n, ["d"] = d }), target, threads);

    private Comparison CramerWold(int n, long d)
        => new($"Cramér–Wold, value and gradient, n = {n}, d = {d}", () => ValueAndGradient(new CramerWoldDivergence(CramerWoldForm.Asymptotic), n, d),
            new InPyTorch(new JsonObject { ["case"] = "cramer-wold", ["n"] = n, ["d"] = d }));

    private Comparison Sliced(int n, long d)
        => new($"Sliced Wasserstein, 50 directions, n = {n}, d = {d}", () => ValueAndGradient(new SlicedWassersteinDivergence(SliceDirections.Random(50, 1)), n, d),
            new InPyTorch(new JsonObject { ["case"] = "sliced", ["n"] = n, ["d"] = d, ["projections"] = 50 }));

    private Comparison Sinkhorn(int n, long d)
        => new($"Sinkhorn divergence, ε = 0.1, 50 iterations, n = {n}, d = {d}",
            () => ValueAndGradient(new SinkhornDivergence(FixedIterations(50)), n, d),
            new InPyTorch(new JsonObject { ["case"] = "sinkhorn", ["n"] = n, ["d"] = d, ["epsilon"] = 0.1, ["iterations"] = 50 }), Target: 5);

    private Comparison MlpStep(int threads, double? target = null)
        => new("Training step, MLP 784-200-200-200-8 and back, batch 128", () =>
            {
                var (encoder, decoder) = Networks.Mlp(8);
                return Step(encoder, decoder, Imq(8), rand(128, 784, device: device));
            },
            new InPyTorch(new JsonObject { ["case"] = "step", ["network"] = "mlp", ["n"] = 128, ["d"] = 8 }), target, threads);

    private Comparison ConvolutionalStep(int threads, double? target = null)
        => new("Training step, the review's convolutions, width 16, batch 128", () =>
            {
                var (encoder, decoder) = Networks.Convolutional(8, 16);
                return Step(encoder, decoder, Imq(8), rand(128, 1, 28, 28, device: device));
            },
            new InPyTorch(new JsonObject { ["case"] = "step", ["network"] = "convolutional", ["n"] = 128, ["d"] = 8, ["width"] = 16 }), target, threads);

    private Comparison AdversarialStep(int passes, double? target)
        => new($"Adversarial step, MLP, batch 128, against {(passes == 3 ? "the review's three encoder passes" : "one encoder pass")}", () =>
            {
                var (encoder, decoder) = Networks.Mlp(8);
                return Step(encoder, decoder, new AdversarialDivergence(Networks.Critic(8).to(device), new AdversarialOptions { GradientPenalty = 0 }), rand(128, 784, device: device));
            },
            new InPyTorch(new JsonObject { ["case"] = "adversarial", ["n"] = 128, ["d"] = 8, ["passes"] = passes }), target);

    /// <summary>What the trainer costs beside a loop of one's own over the same cost, divergence, prior and optimizer, that reads its loss.</summary>
    private Comparison MlpStepByHand()
        => new("WaeTrainer.Step, MLP, batch 128, against a loop written by hand with the same blocks", () =>
            {
                var (encoder, decoder) = Networks.Mlp(8);
                return Step(encoder, decoder, Imq(8), rand(128, 784, device: device));
            },
            new ByHand(() =>
            {
                var (encoder, decoder) = Networks.Mlp(8);
                return LoopByHand(encoder.to(device), decoder.to(device), rand(128, 784, device: device));
            }), Target: 0.97);

    private Action LoopByHand(nn.Module<Tensor, Tensor> encoder, nn.Module<Tensor, Tensor> decoder, Tensor batch)
    {
        var (prior, cost, divergence, generator) = (new GaussianPrior(8), new SquaredErrorCost(factor: 0.05), Imq(8), new Generator(1));
        var adam = OptimizerFactory.Adam().Create([.. encoder.named_parameters().Concat(decoder.named_parameters()).Select((p, i) => ($"{i}/{p.name}", p.parameter))]);
        return () =>
        {
            using var scope = NewDisposeScope();
            encoder.zero_grad();
            decoder.zero_grad();
            var codes = encoder.call(batch);
            var loss = cost.Evaluate(batch, decoder.call(codes)) + divergence.Evaluate(codes, prior.Sample(codes.shape[0], generator, codes.device, codes.dtype)) * 10;
            loss.backward();
            adam.Step();
            loss.ToDouble();
            Wait();
        };
    }

    /// <summary>Exactly so many iterations at ε = 0.1, for equal work on both sides.</summary>
    public static SinkhornOptions FixedIterations(int count) => new() { Epsilon = 0.1, MaximumIterations = count, Tolerance = 0, Scaling = null };

    private static MmdDivergence Imq(long d) => new(ImqKernel.ForPrior(new GaussianPrior(d)), MmdEstimator.Unbiased);

    private Action ValueAndGradient(ILatentDivergence divergence, long n, long d)
    {
        var encoded = randn(n, d, device: device, requires_grad: true);
        var prior = new PriorSamples(randn(n, d, device: device), new GaussianPrior(d));
        return () =>
        {
            using var scope = NewDisposeScope();
            encoded.grad = null;
            divergence.Evaluate(encoded, prior).backward();
            Wait();
        };
    }

    private Action Step(nn.Module<Tensor, Tensor> encoder, nn.Module<Tensor, Tensor> decoder, ILatentDivergence divergence, Tensor batch, ComputePrecision precision = ComputePrecision.OfWeights)
    {
        var options = new WaeTrainerOptions { Cost = new SquaredErrorCost(factor: 0.05), Lambda = 10, Precision = precision };
        var trainer = new WaeTrainer(encoder.to(device), decoder.to(device), new GaussianPrior(8), divergence, options);
        return () =>
        {
            using var scope = NewDisposeScope();
            trainer.Step(batch);
            Wait();
        };
    }

    private static Action InPrecision(Action step, bool tf32) => () =>
    {
        backends.cuda.matmul.allow_tf32 = tf32;
        backends.cudnn.allow_tf32 = tf32;
        step();
    };

    private void Wait()
    {
        if (device.type == DeviceType.CUDA)
        {
            cuda.synchronize();
        }
    }
}
