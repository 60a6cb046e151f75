namespace WassersteinAutoEncoders.Tool.CommandLine;

/// <summary>Data to train on.</summary>
internal enum DatasetKind
{
    /// <summary>MNIST where it can be had, generated digits elsewhere.</summary>
    Auto,

    /// <summary>MNIST, or nothing.</summary>
    Mnist,

    /// <summary>Fashion-MNIST, or nothing.</summary>
    Fashion,

    /// <summary>CIFAR-10, or nothing.</summary>
    Cifar10,

    /// <summary>Digits that the program makes itself.</summary>
    Digits,

    /// <summary>A folder of pictures of one's own.</summary>
    Folder,
}

/// <summary>Pairs of networks.</summary>
internal enum NetworkKind
{
    /// <summary>Three hidden layers each way.</summary>
    Mlp,

    /// <summary>Convolutions as in the authors' code.</summary>
    Conv,

    /// <summary>Convolutions as in the review.</summary>
    Review,
}

/// <summary>How a picture becomes a code.</summary>
internal enum EncoderKind
{
    /// <summary>One code a picture.</summary>
    Deterministic,

    /// <summary>A Gaussian a picture, sampled.</summary>
    Gaussian,

    /// <summary>Noise is added to the picture.</summary>
    Noisy,

    /// <summary>Noise is added to the code through a learned map.</summary>
    Implicit,
}

/// <summary>Latent divergences.</summary>
internal enum DivergenceKind
{
    /// <summary>Maximum mean discrepancy.</summary>
    Mmd,

    /// <summary>Maximum mean discrepancy with the Gaussian prior integrated out.</summary>
    IntegratedMmd,

    /// <summary>Adversarial.</summary>
    Gan,

    /// <summary>Sliced Wasserstein.</summary>
    Sliced,

    /// <summary>Cramér–Wold.</summary>
    CramerWold,

    /// <summary>Sinkhorn.</summary>
    Sinkhorn,

    /// <summary>The moments of the codes against those of the prior.</summary>
    Bures,

    /// <summary>The spectrum of the codes' covariance against that of prior samples.</summary>
    BuresSpectrum,

    /// <summary>Sliced Epps–Pulley.</summary>
    EppsPulley,

    /// <summary>Sliced energy distance.</summary>
    SlicedEnergy,

    /// <summary>Sliced Wasserstein with the prior integrated out.</summary>
    IntegratedSliced,

    /// <summary>Sliced Wasserstein on the sphere.</summary>
    SphericalSliced,

    /// <summary>Wasserstein along the worst direction.</summary>
    MaxSliced,
}

/// <summary>Kernels of the maximum mean discrepancy.</summary>
internal enum KernelKind
{
    /// <summary>Inverse multiquadratic, a mixture of scales.</summary>
    Imq,

    /// <summary>Gaussian.</summary>
    Rbf,

    /// <summary>Laplacian.</summary>
    Laplacian,

    /// <summary>Rational quadratic.</summary>
    RationalQuadratic,

    /// <summary>Energy distance.</summary>
    Energy,
}

/// <summary>Priors.</summary>
internal enum PriorKind
{
    /// <summary>Gaussian.</summary>
    Normal,

    /// <summary>Uniform on a sphere.</summary>
    Sphere,

    /// <summary>Uniform in a cube.</summary>
    Uniform,

    /// <summary>Ten Gaussians on a circle.</summary>
    Mixture,
}

/// <summary>Reconstruction costs.</summary>
internal enum CostKind
{
    /// <summary>0.05 · Σ (x − x̂)², the authors'.</summary>
    Squared,

    /// <summary>Σ (x − x̂)², cwae's.</summary>
    PlainSquared,

    /// <summary>The mean over the pixels of (x − x̂)², the review's on CIFAR-10.</summary>
    MeanSquared,

    /// <summary>Binary cross-entropy, the review's on MNIST.</summary>
    CrossEntropy,
}

/// <summary>How the learning rate goes down.</summary>
internal enum ScheduleKind
{
    /// <summary>Not at all.</summary>
    Constant,

    /// <summary>The authors': half after epoch 30, a tenth after 50.</summary>
    Official,

    /// <summary>The review's: half every 30 epochs.</summary>
    Review,
}

/// <summary>Settings of published code bases.</summary>
internal enum PresetKind
{
    /// <summary>This project's demonstration: a small network that trains in a minute.</summary>
    Demo,

    /// <summary>The authors' code (tolstikhin/wae).</summary>
    Official,

    /// <summary>The review (Giwoong-Han/Variational-Inference).</summary>
    Review,

    /// <summary>The authors of Cramér–Wold auto-encoders (gmum/cwae-pytorch).</summary>
    Cwae,
}

/// <summary>Comparisons whose settings are given.</summary>
internal enum StudyKind
{
    /// <summary>All divergences on the demonstration's networks.</summary>
    Divergences,

    /// <summary>All divergences at several latent dimensions, on 20,000 pictures.</summary>
    Dimensions,

    /// <summary>Divergences on the sphere, in the setting of Bonet et al. (2023).</summary>
    Sphere,

    /// <summary>The three auto-encoders that the authors of Cramér–Wold compare (gmum/cwae-pytorch).</summary>
    Cwae,
}
