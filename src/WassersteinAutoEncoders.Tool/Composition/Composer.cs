using TorchSharp;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Reporting;
using WassersteinAutoEncoders.Tool.CommandLine;
using WassersteinAutoEncoders.Tool.Networks;
using WassersteinAutoEncoders.Training.Optimizers;
using WassersteinAutoEncoders.Training.Schedules;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tool.Composition;

/// <summary>Puts the library's parts together as a command line asks: what a user's own program writes in a few lines.</summary>
internal static class Composer
{
    /// <summary>The prior.</summary>
    public static IPrior Prior(TrainingSettings settings) => settings.Prior switch
    {
        PriorKind.Normal => new GaussianPrior(settings.LatentDimension, settings.Sigma),
        PriorKind.Sphere => new SpherePrior(settings.LatentDimension, settings.Sigma),
        PriorKind.Uniform => new UniformPrior(settings.LatentDimension, settings.Sigma),
        _ => GaussianMixturePrior.Ring(10, 2 * settings.Sigma, 0.2 * settings.Sigma, settings.LatentDimension),
    };

    /// <summary>The kernel, its scales taken from the prior.</summary>
    public static IKernel Kernel(KernelKind kind, IPrior prior) => kind switch
    {
        KernelKind.Imq => ImqKernel.ForPrior(prior),
        KernelKind.Rbf => RbfKernel.ForPrior(prior),
        KernelKind.Laplacian => new LaplacianKernel(Math.Sqrt(prior.ExpectedSquaredDistance)),
        KernelKind.RationalQuadratic => new RationalQuadraticKernel(Math.Sqrt(prior.ExpectedSquaredDistance)),
        _ => new EnergyKernel(),
    };

    /// <summary>The latent divergence.</summary>
    public static ILatentDivergence Divergence(TrainingSettings settings, IPrior prior, Device device)
    {
        ILatentDivergence divergence = settings.Divergence switch
        {
            DivergenceKind.Mmd => new MmdDivergence(Kernel(settings.Kernel, prior)),
            DivergenceKind.IntegratedMmd => new IntegratedMmdDivergence((IGaussianIntegrableKernel)Kernel(settings.Kernel, prior)),
            // Without the penalty the critic soon tells every code from the prior, and the encoder learns nothing from it.
            DivergenceKind.Gan => new AdversarialDivergence(
                Critics.Mlp(prior.Dimension, settings.CriticUnits).to(device), new AdversarialOptions { GradientPenalty = settings.CriticPenalty }),
            DivergenceKind.Sliced => new SlicedWassersteinDivergence(SliceDirections.Random(seed: (ulong)settings.Seed)),
            DivergenceKind.CramerWold => new CramerWoldDivergence(),
            DivergenceKind.Sinkhorn => new SinkhornDivergence(),
            DivergenceKind.Bures => new BuresDivergence(),
            DivergenceKind.BuresSpectrum => new BuresSpectrumDivergence(),
            DivergenceKind.EppsPulley => new SlicedEppsPulleyDivergence(Directions(settings)),
            DivergenceKind.SlicedEnergy => new SlicedEnergyDivergence(Directions(settings)),
            DivergenceKind.IntegratedSliced => new IntegratedSlicedWassersteinDivergence(Directions(settings)),
            DivergenceKind.SphericalSliced => new SphericalSlicedWassersteinDivergence(Directions(settings)),
            _ => new MaxSlicedWassersteinDivergence(SliceDirections.Random(10, (ulong)settings.Seed)),
        };
        divergence = settings.LogPenalty ? divergence.Log() : divergence;
        return settings.SpectrumWeight > 0 ? divergence.Plus(new BuresSpectrumDivergence().Times(settings.SpectrumWeight / settings.Lambda)) : divergence;
    }

    /// <summary>The reconstruction cost.</summary>
    public static IReconstructionCost Cost(CostKind kind) => kind switch
    {
        CostKind.Squared => ReconstructionCosts.OfficialSquared,
        CostKind.PlainSquared => ReconstructionCosts.Cwae,
        CostKind.MeanSquared => new SquaredErrorCost(CostReduction.Mean),
        _ => ReconstructionCosts.Review,
    };

    /// <summary>What the cost is counted in, for people.</summary>
    public static string CostUnit(CostKind kind) => kind switch
    {
        CostKind.Squared => "0.05·Σ(x−x̂)² per image",
        CostKind.PlainSquared => "Σ(x−x̂)² per image",
        CostKind.MeanSquared => "(x−x̂)², mean per pixel",
        _ => "cross-entropy in nats per image",
    };

    /// <summary>Encoder and decoder, on the CPU.</summary>
    public static (Module<Tensor, Tensor> Encoder, Module<Tensor, Tensor> Decoder) Networks(TrainingSettings settings, ImageShape pictures)
    {
        var shape = new NetworkShape(pictures.Channels, pictures.Height, pictures.Width, settings.LatentDimension, settings.Range);
        var encoder = Encoder(settings, shape);
        Module<Tensor, Tensor> decoder = settings.Network switch
        {
            NetworkKind.Mlp => new MlpDecoder(shape, settings.Width),
            NetworkKind.Conv => new DcganDecoder(shape, settings.Width),
            _ => new ReviewDecoder(shape, settings.Width),
        };
        return (encoder, decoder);
    }

    /// <summary>A device by its name: cpu, cuda or cuda:n.</summary>
    /// <exception cref="ArgumentException">This machine has none.</exception>
    public static Device Device(string name)
    {
        return name == "cpu" || cuda.is_available()
            ? device(name)
            : throw new ArgumentException($"--device {name} was asked for, but this libtorch has no CUDA device. Build with TorchBackend=TorchSharp-cuda-linux (or -windows) on a machine with one, or say --device cpu.");
    }

    private static SliceDirections Directions(TrainingSettings settings) => SliceDirections.Orthogonal(50, (ulong)settings.Seed);

    private static Module<Tensor, Tensor> Encoder(TrainingSettings settings, NetworkShape shape)
    {
        var seed = (ulong)settings.Seed;
        Module<Tensor, Tensor> encoder = settings.Encoder switch
        {
            EncoderKind.Gaussian => new GaussianEncoder(Plain(settings, shape, 2 * shape.LatentDimension), seed),
            EncoderKind.Implicit => Implicit(settings, shape, seed),
            _ => Plain(settings, shape, shape.LatentDimension),
        };
        return settings.ProjectCodes && Prior(settings) is ISupportPrior support ? new ProjectedEncoder(encoder, support) : encoder;
    }

    private static ImplicitEncoder Implicit(TrainingSettings settings, NetworkShape shape, ulong seed)
    {
        const long Features = 64;
        var head = Sequential(ReLU(), Linear(Features + shape.LatentDimension, Features), ReLU(), Linear(Features, shape.LatentDimension));
        return new(Plain(settings, shape, Features), head, shape.LatentDimension, seed);
    }

    private static Module<Tensor, Tensor> Plain(TrainingSettings settings, NetworkShape shape, long outputs)
        => settings.Network == NetworkKind.Mlp ? new MlpEncoder(shape, settings.Width, outputs) : new DcganEncoder(shape, settings.Width, outputs);
}

/// <summary>The trainer's options as a command line asks for them.</summary>
internal static class TrainerFactory
{
    /// <summary>The options.</summary>
    /// <param name="settings">What is asked for.</param>
    public static WaeTrainerOptions Options(TrainingSettings settings) => new()
    {
        Cost = Composer.Cost(settings.Cost),
        Lambda = settings.Lambda,
        LearningRate = LearningRate(settings.Schedule, settings.LearningRate),
        Critic = new CriticOptions { LearningRate = LearningRate(settings.Schedule, settings.LearningRate * settings.CriticRate) },
        Optimizer = OptimizerFactory.Adam(settings.Beta1),
        Pretraining = settings.Pretrain ? new EncoderPretraining() : null,
        EncoderNoise = settings.Encoder == EncoderKind.Noisy ? new TruncatedGaussianNoise(0.01) : null,
        Seed = settings.Seed,
        Precision = settings.Precision,
        // At a constant learning rate the last steps' noise stands in the weights, and most visibly in the mean of the codes.
        EmaDecay = 0.999,
    };

    private static Schedule LearningRate(ScheduleKind kind, double initial) => kind switch
    {
        ScheduleKind.Official => Schedule.OfficialMnist(initial),
        ScheduleKind.Review => Schedule.StepDecay(initial, 0.5, 30),
        _ => Schedule.Constant(initial),
    };
}
