using System.Globalization;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Optimizers;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Sampling;

/// <summary>The distribution of codes as a flow: normal noise that a learned velocity field carries to the codes. A prior to sample from, of any shape.</summary>
/// <remarks>
/// <para>
/// Flow matching (Lipman et al., ICLR 2023) with straight paths: for noise z₀ ~ N(0, I), a code z₁, whitened, and a uniform time t, the network v minimises
/// E‖v(z_t, t) − (z₁ − z₀)‖² at z_t = (1 − t)z₀ + t·z₁. Samples solve dz/dt = v(z, t) from t = 0 to 1 by Heun's steps, and are then unwhitened.
/// </para>
/// <para>
/// Whitening takes mean and covariance of the codes, and v = ((2t − 1)/(t² + (1 − t)²))·z + network, whose first summand is the velocity between two standard normal
/// distributions; the network starts at 0. So an untrained flow is the Gaussian of the codes' moments, and training adds what that does not say. There is no density.
/// </para>
/// <para>Works on the CPU in float32. Safe to share between threads once fitted, as long as each brings its own generator.</para>
/// </remarks>
public sealed class FlowModel : IPrior, IDisposable
{
    private const long RowsAtOnce = 4096;
    private const string Kind = "flow of codes";
    private readonly VelocityNetwork _network;

    private FlowModel(VelocityNetwork network, int steps) => (_network, Steps) = (network, steps);

    /// <inheritdoc/>
    public long Dimension => _network.Dimension;

    /// <summary>E‖p − p′‖² of the codes it was fitted to, twice the trace of their covariance; samples have it up to what training and Heun's steps leave.</summary>
    public double ExpectedSquaredDistance => _network.ExpectedSquaredDistance;

    /// <summary>Heun's steps a sample, two calls of the network each.</summary>
    public int Steps { get; }

    /// <summary>The mean loss E‖v − (z₁ − z₀)‖²/d over the last tenth of the training steps, in the whitened space; NaN for a model that was loaded.</summary>
    /// <value>It does not tend to 0: what is left is how far z₁ − z₀ varies among the paths through one point.</value>
    public double FinalLoss { get; private init; } = double.NaN;

    /// <summary>Learns the distribution of codes.</summary>
    /// <param name="codes">Codes, <c>[n, d]</c> with n ≥ 2, float32 or float64, finite, on any device. A few thousand are wanted: with few the flow learns them by heart.</param>
    /// <param name="trainingSteps">Steps of Adam, ≥ 1: a few thousand.</param>
    /// <param name="options">Settings; the defaults when <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the training early with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The flow; the caller's.</returns>
    /// <exception cref="ArgumentException">The shape does not fit, there are fewer than two codes, all coincide, a value is not finite, or the training diverged.</exception>
    public static FlowModel Fit(Tensor codes, int trainingSteps, FlowOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new FlowOptions();
        options.Validate();
        Guard.CheckAtLeast(trainingSteps, 1);
        Guard.CheckPoints(codes, nameof(codes));
        if (codes.shape[0] < 2)
        {
            throw new ArgumentException($"Expected at least 2 codes, but '{nameof(codes)}' has shape {Guard.Shape(codes)}. Pass more codes.", nameof(codes));
        }

        Guard.CheckFiniteValues(codes, nameof(codes));
        Guard.CheckAllocation(nameof(FlowOptions.Units), sizeof(double), 4, options.Layers, options.Units, options.Units + codes.shape[1]);
        Guard.CheckAllocation(nameof(FlowOptions.BatchSize), sizeof(double), options.Layers, Math.Min(options.BatchSize, codes.shape[0]), options.Units + codes.shape[1]);
        using var scope = NewDisposeScope();
        using var generator = new Generator(options.Seed);
        var network = new VelocityNetwork(codes.shape[1], options.Units, options.Layers, generator);
        try
        {
            Tensor whitened;
            using (no_grad())
            {
                whitened = network.Whiten(codes);
            }

            using (whitened)
            {
                var model = new FlowModel(network, options.Steps) { FinalLoss = Train(network, whitened, trainingSteps, options, generator, cancellationToken) };
                using var check = no_grad();
                return Scalars.All(model.Carried(randn([256, codes.shape[1]], generator: generator)).isfinite()) ? model : throw Diverged(trainingSteps, options);
            }
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Reads a flow that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static FlowModel Load(string path)
    {
        using var content = SafetensorsFile.Read(path);
        if (content.Metadata.GetValueOrDefault("kind") != Kind)
        {
            throw new InvalidDataException($"Expected a {Kind}, but '{path}' has none of its metadata. Pass a file that {nameof(FlowModel)}.{nameof(Save)} wrote.");
        }

        var (dimension, units, layers, steps) = (Number("dimension"), Number("units"), Number("layers"), Number("steps"));
        Guard.CheckAllocation(nameof(path), sizeof(double), layers, units, units + dimension);
        var network = new VelocityNetwork(dimension, units, layers, null);
        try
        {
            ModuleWeights.Load(network, path);
            return new FlowModel(network, steps);
        }
        catch
        {
            network.Dispose();
            throw;
        }

        int Number(string name) => int.TryParse(content.Metadata.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 1 << 20
            ? number
            : throw new InvalidDataException($"Expected a number for '{name}', but '{path}' has '{content.Metadata.GetValueOrDefault(name)}'. Pass a file that {nameof(FlowModel)}.{nameof(Save)} wrote.");
    }

    /// <summary>Writes the flow as a safetensors file, replacing <paramref name="path"/> as a whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="IOException">The file could not be written; an old one is intact.</exception>
    public void Save(string path) => ModuleWeights.Save(_network, path, new Dictionary<string, string>
    {
        ["kind"] = Kind,
        ["dimension"] = Text(Dimension),
        ["units"] = Text(_network.Units),
        ["layers"] = Text(_network.Layers),
        ["steps"] = Text(Steps),
    });

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The count is below 1, the generator is not the CPU's, or the element type is not floating-point.</exception>
    public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
        => PriorSampling.Sample(count, generator, device, dtype, () =>
        {
            // All noise first: how many rows are carried at once changes no draw.
            var noise = PriorSampling.Normal(count, Dimension, generator);
            var blocks = new List<Tensor>();
            foreach (var rows in noise.split(RowsAtOnce))
            {
                using var scope = NewDisposeScope();
                blocks.Add(Carried(rows.to(ScalarType.Float32)).MoveToOuterDisposeScope());
            }

            return cat(blocks, 0);
        });

    /// <summary>Disposes the network.</summary>
    public void Dispose() => _network.Dispose();

    private Tensor Carried(Tensor z)
    {
        var step = 1.0 / Steps;
        for (var i = 0; i < Steps; i++)
        {
            using var scope = NewDisposeScope();
            var first = _network.At(z, i * step);
            var second = _network.At(z.Plus(first.Times(step)), (i + 1) * step);
            z = z.Plus(first.Plus(second).Times(step / 2)).MoveToOuterDisposeScope();
        }

        return _network.Unwhiten(z);
    }

    private static double Train(VelocityNetwork network, Tensor codes, int steps, FlowOptions options, Generator generator, CancellationToken cancellationToken)
    {
        using var optimizer = OptimizerFactory.Adam().Create([.. network.named_parameters()]);
        var (n, d) = (codes.shape[0], codes.shape[1]);
        var batch = Math.Min(options.BatchSize, n);
        var counted = Math.Max(1, steps / 10);
        double sum = 0;
        for (var step = 0; step < steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            network.zero_grad();
            var target = codes.index_select(0, randint(0, n, [batch], dtype: ScalarType.Int64, generator: generator));
            var noise = randn([batch, d], generator: generator);
            var time = rand([batch, 1], generator: generator);
            var loss = nn.functional.mse_loss(network.call(noise.Plus((target - noise) * time), time), target - noise);
            if (!double.IsFinite(Scalars.Read(loss)))
            {
                throw Diverged(step, options);
            }

            loss.backward();

            // Half a cosine down to 0: what the last steps leave of the noise of batches is little.
            optimizer.LearningRate = options.LearningRate * 0.5 * (1 + Math.Cos(Math.PI * step / steps));
            optimizer.Step();
            if (step >= steps - counted)
            {
                sum += Scalars.Read(loss);
            }
        }

        return sum / counted;
    }

    private static ArgumentException Diverged(int step, FlowOptions options)
        => new(FormattableString.Invariant($"Expected a training that stays finite, but after {step} steps the flow is not. Lower {nameof(FlowOptions.LearningRate)}, which is {options.LearningRate:R}."), nameof(options));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Settings of a <see cref="FlowModel"/>.</summary>
public sealed record FlowOptions
{
    /// <summary>Units of a hidden layer.</summary>
    /// <value>≥ 1; 256 by default.</value>
    public int Units { get; init; } = 256;

    /// <summary>Hidden layers.</summary>
    /// <value>≥ 1; 3 by default.</value>
    public int Layers { get; init; } = 3;

    /// <summary>Codes a training step, drawn with replacement; at most as many as there are.</summary>
    /// <value>≥ 1; 256 by default.</value>
    public int BatchSize { get; init; } = 256;

    /// <summary>The learning rate at the first step; it falls to 0 along half a cosine.</summary>
    /// <value>Finite and &gt; 0; 1e-3 by default.</value>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Heun's steps a sample.</summary>
    /// <value>≥ 1; 10 by default.</value>
    public int Steps { get; init; } = 10;

    /// <summary>The seed of the initial weights and of the training; the global generator is not touched.</summary>
    /// <value>Any number; 0 by default.</value>
    public ulong Seed { get; init; }

    internal void Validate()
    {
        Guard.CheckAtLeast(Units, 1);
        Guard.CheckAtLeast(Layers, 1);
        Guard.CheckAtLeast(BatchSize, 1);
        Guard.CheckPositive(LearningRate);
        Guard.CheckAtLeast(Steps, 1);
    }
}
