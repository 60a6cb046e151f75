using TorchSharp;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Models;
using WassersteinAutoEncoders.Training.Steps;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Training;

/// <summary>Encoder Q, decoder G and prior P_Z: what a <see cref="WaeTrainer"/> trains, and what is left of a Wasserstein auto-encoder once it is trained.</summary>
/// <remarks>
/// <para>
/// Needs no optimizer and no divergence: to deploy a model, create the modules, load their weights with <see cref="LoadWeights"/>, then encode,
/// decode and sample. The modules stay the caller's: they are neither moved nor wrapped nor disposed.
/// </para>
/// <para>
/// Every method puts the modules into evaluation mode and back into the mode it found, computes no gradient, and restores the generators of
/// stochastic modules: using a model does not change its training. While a trainer with <see cref="WaeTrainerOptions.EmaDecay"/> lives, the methods
/// use its averaged weights.
/// </para>
/// <para>Not for use by several threads at once: a call that finds another thread in the model or its trainer throws <see cref="InvalidOperationException"/>.</para>
/// </remarks>
public sealed class WaeModel
{
    private const string EncoderPrefix = "encoder/";
    private const string DecoderPrefix = "decoder/";
    private readonly Network _encoder;
    private readonly Network _decoder;

    /// <summary>Creates a model.</summary>
    /// <param name="encoder">Q: a batch <c>[n, …]</c> to codes <c>[n, d]</c>; d is the prior's dimension.</param>
    /// <param name="decoder">G: codes <c>[n, d]</c> to reconstructions of the batch's shape.</param>
    /// <param name="prior">P_Z.</param>
    /// <param name="seed">The seed of <see cref="Sample"/> and <see cref="SampleFor"/>; 0 by default.</param>
    /// <exception cref="ArgumentException">A module or the prior is missing, or the prior's dimension is below 1.</exception>
    public WaeModel(Module<torch.Tensor, torch.Tensor> encoder, Module<torch.Tensor, torch.Tensor> decoder, IPrior prior, long seed = 0)
        : this(Network.Of(encoder, nameof(encoder)), Network.Of(decoder, nameof(decoder)), prior, seed)
    {
    }

    /// <summary>Creates a conditional model, whose encoder and decoder see labels: Q(z | x, y) and G(z, y).</summary>
    /// <param name="encoder">Q: a batch <c>[n, …]</c> and labels <c>[n]</c> or <c>[n, …]</c> to codes <c>[n, d]</c>.</param>
    /// <param name="decoder">G: codes <c>[n, d]</c> and labels to reconstructions of the batch's shape.</param>
    /// <param name="prior">P_Z, the same for every label.</param>
    /// <param name="seed">The seed of <see cref="SampleFor"/>; 0 by default.</param>
    /// <exception cref="ArgumentException">A module or the prior is missing, or the prior's dimension is below 1.</exception>
    public WaeModel(Module<torch.Tensor, torch.Tensor, torch.Tensor> encoder, Module<torch.Tensor, torch.Tensor, torch.Tensor> decoder, IPrior prior, long seed = 0)
        : this(Network.Of(encoder, nameof(encoder)), Network.Of(decoder, nameof(decoder)), prior, seed)
    {
    }

    /// <summary>Creates a conditional model of which only the decoder sees labels: Q(z | x) and G(z, y).</summary>
    /// <param name="encoder">Q: a batch <c>[n, …]</c> to codes <c>[n, d]</c>.</param>
    /// <param name="decoder">G: codes <c>[n, d]</c> and labels <c>[n]</c> or <c>[n, …]</c> to reconstructions of the batch's shape.</param>
    /// <param name="prior">P_Z, the same for every label.</param>
    /// <param name="seed">The seed of <see cref="SampleFor"/>; 0 by default.</param>
    /// <exception cref="ArgumentException">A module or the prior is missing, or the prior's dimension is below 1.</exception>
    public WaeModel(Module<torch.Tensor, torch.Tensor> encoder, Module<torch.Tensor, torch.Tensor, torch.Tensor> decoder, IPrior prior, long seed = 0)
        : this(Network.Of(encoder, nameof(encoder)), Network.Of(decoder, nameof(decoder)), prior, seed)
    {
    }

    private WaeModel(Network encoder, Network decoder, IPrior prior, long seed)
    {
        ArgumentNullException.ThrowIfNull(prior);
        Guard.CheckAtLeast(prior.Dimension, 1, nameof(prior));
        (_encoder, _decoder, Prior) = (encoder, decoder, prior);
        SamplingGenerator = Generators.Create(seed, Generators.Sampling);
    }

    /// <summary>The encoder Q.</summary>
    public Module Encoder => _encoder.Module;

    /// <summary>The decoder G.</summary>
    public Module Decoder => _decoder.Module;

    /// <summary>The prior P_Z.</summary>
    public IPrior Prior { get; }

    /// <summary>Whether the decoder takes labels, so that decoding and sampling need them.</summary>
    public bool IsConditional => _decoder.TakesLabels;

    /// <summary>The codes Q(x) of a batch.</summary>
    /// <param name="x">A batch <c>[n, …]</c>.</param>
    /// <param name="labels">Labels <c>[n]</c> or <c>[n, …]</c>, which a conditional encoder needs; others leave them out.</param>
    /// <returns><c>[n, d]</c>, without gradient; the caller's.</returns>
    /// <exception cref="ArgumentException">The batch or the labels do not fit the encoder.</exception>
    public torch.Tensor Encode(torch.Tensor x, torch.Tensor? labels = null) => Infer(x, () => Codes(new Batch(x, labels)));

    /// <summary>The decoder's output G(z) for codes.</summary>
    /// <param name="z">Codes <c>[n, d]</c>.</param>
    /// <param name="labels">Labels <c>[n]</c> or <c>[n, …]</c>, which a conditional decoder needs; others leave them out.</param>
    /// <returns><c>[n, …]</c>, without gradient; the caller's.</returns>
    /// <exception cref="ArgumentException">The codes or the labels do not fit the decoder.</exception>
    public torch.Tensor Decode(torch.Tensor z, torch.Tensor? labels = null)
    {
        Guard.CheckPoints(z, nameof(z), Prior.Dimension);
        return Infer(z, () => Decoded(z, labels));
    }

    /// <summary>The reconstructions G(Q(x)) of a batch.</summary>
    /// <param name="x">A batch <c>[n, …]</c>.</param>
    /// <param name="labels">Labels <c>[n]</c> or <c>[n, …]</c>, which a conditional model needs; others leave them out.</param>
    /// <returns><c>[n, …]</c>, without gradient; the caller's.</returns>
    /// <exception cref="ArgumentException">The batch or the labels do not fit the modules.</exception>
    public torch.Tensor Reconstruct(torch.Tensor x, torch.Tensor? labels = null) => Infer(x, () => Decoded(Codes(new Batch(x, labels)), labels));

    /// <summary>Decodes prior samples: G(z) with z from P_Z.</summary>
    /// <param name="count">How many, ≥ 1.</param>
    /// <param name="generator">The CPU generator to draw from; one of the model's own, new samples at each call, when <see langword="null"/>.</param>
    /// <returns><c>[count, …]</c>, without gradient; the caller's.</returns>
    /// <exception cref="ArgumentException">The count is below 1 or does not fit into memory.</exception>
    /// <exception cref="InvalidOperationException">The decoder needs labels: use <see cref="SampleFor"/>.</exception>
    public torch.Tensor Sample(long count, torch.Generator? generator = null)
    {
        if (IsConditional)
        {
            throw new InvalidOperationException($"Expected labels, which the decoder ({Decoder.GetType().Name}) takes beside codes, but Sample has none. Call SampleFor(labels).");
        }

        Guard.CheckAtLeast(count, 1);
        return Samples(count, null, generator);
    }

    /// <summary>Decodes one prior sample for each label: G(z, y) with z from P_Z.</summary>
    /// <param name="labels">y, <c>[n]</c> or <c>[n, …]</c>, on the modules' device.</param>
    /// <param name="generator">The CPU generator to draw from; one of the model's own, new samples at each call, when <see langword="null"/>.</param>
    /// <returns><c>[n, …]</c>, without gradient; the caller's.</returns>
    /// <exception cref="ArgumentException">The labels do not fit the decoder.</exception>
    public torch.Tensor SampleFor(torch.Tensor labels, torch.Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.IsInvalid || labels.dim() < 1 || labels.shape[0] < 1)
        {
            throw new ArgumentException($"Expected at least one label, [n] or [n, …], but got {(labels.IsInvalid ? "a disposed tensor" : $"the shape {Guard.Shape(labels)}")}. Pass one label for each sample.", nameof(labels));
        }

        return Samples(labels.shape[0], labels, generator);
    }

    /// <summary>Evaluates batches: cost, penalty and the distribution of the codes.</summary>
    /// <remarks>Prior samples come from a generator that is seeded alike at each call: the same weights and batches give the same numbers.</remarks>
    /// <param name="batches">Batches <c>[n, …]</c>, at least one. Those made by the enumeration are disposed, others stay the caller's.</param>
    /// <param name="divergence">D.</param>
    /// <param name="cost">c(x, x̂); <see cref="ReconstructionCosts.OfficialSquared"/> when <see langword="null"/>.</param>
    /// <param name="lambda">λ, for the total; finite and ≥ 0, 10 by default.</param>
    /// <param name="seed">The seed of the prior samples; 0 by default.</param>
    /// <returns>Means over all examples; that of the penalty is over the batches that the divergence's estimator can take, so that a last batch of one is no error (<see cref="IMinimumSampleSize"/>).</returns>
    /// <exception cref="ArgumentException">There is no batch, or one has the wrong shape, element type or device, or all are too small for the divergence's estimator.</exception>
    public WaeEvaluation Evaluate(IEnumerable<torch.Tensor> batches, ILatentDivergence divergence, IReconstructionCost? cost = null, double lambda = 10, long seed = 0)
        => EvaluateAll(Batch.Of(batches), divergence, cost, lambda, seed);

    /// <summary>Evaluates batches with labels, as <see cref="Evaluate(IEnumerable{torch.Tensor}, ILatentDivergence, IReconstructionCost?, double, long)"/> does.</summary>
    /// <param name="batches">Batches <c>[n, …]</c> and labels <c>[n]</c> or <c>[n, …]</c>.</param>
    /// <param name="divergence">D.</param>
    /// <param name="cost">c(x, x̂); <see cref="ReconstructionCosts.OfficialSquared"/> when <see langword="null"/>.</param>
    /// <param name="lambda">λ, for the total; finite and ≥ 0, 10 by default.</param>
    /// <param name="seed">The seed of the prior samples; 0 by default.</param>
    /// <returns>Means over all examples.</returns>
    /// <exception cref="ArgumentException">There is no batch, or one does not fit, or all are too small for the divergence's estimator.</exception>
    public WaeEvaluation Evaluate(
        IEnumerable<(torch.Tensor Input, torch.Tensor Labels)> batches, ILatentDivergence divergence, IReconstructionCost? cost = null, double lambda = 10, long seed = 0)
        => EvaluateAll(Batch.Of(batches), divergence, cost, lambda, seed);

    /// <summary>Writes the weights of both modules to one safetensors file, as <c>encoder/…</c> and <c>decoder/…</c>; the averaged ones while a trainer keeps an average.</summary>
    /// <param name="path">The file; its folder must exist. An old one is replaced as a whole or not at all.</param>
    /// <exception cref="ObjectDisposedException">A module was disposed. Nothing was written.</exception>
    /// <exception cref="IOException">The file could not be written; an old one is intact.</exception>
    public void SaveWeights(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var turn = Thread.Enter();
        using var averaged = Average?.Use();
        SafetensorsFile.Write(path, State(), new Dictionary<string, string>());
    }

    /// <summary>Reads the weights of both modules, in place, from a file of <see cref="SaveWeights"/> or a checkpoint of a trainer.</summary>
    /// <remarks>Of a checkpoint with averaged weights, those are taken. Everything is compared first; on any difference nothing is written.</remarks>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or its tensors are not the modules'; the message names them.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public void LoadWeights(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var turn = Thread.Enter();
        var state = State();
        using var content = SafetensorsFile.Read(path);
        var weights = content.Tensors
            .Where(t => t.Key.StartsWith(EncoderPrefix, StringComparison.Ordinal) || t.Key.StartsWith(DecoderPrefix, StringComparison.Ordinal))
            .ToDictionary(t => t.Key, t => content.Tensors.GetValueOrDefault(ModuleWeights.AveragePrefix + t.Key) ?? t.Value, StringComparer.Ordinal);
        StateTensors.Validate(path, state, weights, "");
        StateTensors.Copy(state, weights, "");
    }

    internal OneThread Thread { get; } = new();

    internal torch.Generator SamplingGenerator { get; }

    /// <summary>The average of a trainer that lives.</summary>
    internal WeightAverage? Average { get; set; }

    /// <summary>The modules with the names they have in files and messages.</summary>
    internal (string Name, Module Module)[] Modules => [(_encoder.Role, Encoder), (_decoder.Role, Decoder)];

    /// <summary>Codes with their graph, in whatever mode the encoder is.</summary>
    internal torch.Tensor Codes(Batch batch) => ModuleCalls.Encode(_encoder, batch.Input, batch.Labels, Prior.Dimension);

    /// <summary>Reconstructions with their graph, in whatever mode the decoder is.</summary>
    internal torch.Tensor Decoded(torch.Tensor codes, torch.Tensor? labels) => _decoder.Call(codes, labels, "codes");

    /// <summary>Device and element type of the modules now.</summary>
    internal TensorKind Kind()
    {
        var first = Encoder.parameters().Concat(Decoder.parameters()).FirstOrDefault()
            ?? throw new InvalidOperationException("Expected modules with parameters, but encoder and decoder have none. Call RegisterComponents() at the end of a module's constructor.");
        return first.IsInvalid
            ? throw new ObjectDisposedException("encoder", "Expected live modules, but a parameter has been disposed. Keep the modules as long as the model is used.")
            : new TensorKind(first.device, first.dtype);
    }

    internal WaeEvaluation EvaluateAll(IEnumerable<Batch> batches, ILatentDivergence divergence, IReconstructionCost? cost, double lambda, long seed)
    {
        ArgumentNullException.ThrowIfNull(divergence);
        Guard.CheckNonNegative(lambda);
        return Evaluate(batches, new LatentObjective(divergence), cost ?? ReconstructionCosts.OfficialSquared, lambda, seed, _ => { });
    }

    internal WaeEvaluation Evaluate(IEnumerable<Batch> batches, LatentObjective latent, IReconstructionCost cost, double lambda, long seed, Action<long> leftOut)
    {
        using var turn = Thread.Enter();
        using var look = Look(latent);
        using var generator = Generators.Create(seed, Generators.Evaluation);
        return Evaluator.Run(this, latent, cost, batches, lambda, generator, leftOut);
    }

    private torch.Tensor Samples(long count, torch.Tensor? labels, torch.Generator? generator)
    {
        using var turn = Thread.Enter();
        var kind = Kind();
        Guard.CheckAllocation(nameof(count), sizeof(float), count, Prior.Dimension);
        using var codes = PriorSamples.Draw(Prior, count, generator ?? SamplingGenerator, kind.Device, kind.Dtype);
        return Decode(codes, labels);
    }

    private torch.Tensor Infer(torch.Tensor input, Func<torch.Tensor> compute)
    {
        using var turn = Thread.Enter();
        StepChecks.Batch(input, Kind());
        using var noGrad = torch.no_grad();
        using var look = Look(null);
        using var scope = torch.NewDisposeScope();
        // A copy: a module may return its input, a view of it or a tensor that it keeps.
        return compute().clone().MoveToOuterDisposeScope();
    }

    /// <summary>Evaluation mode and averaged weights, until disposed; then everything is as it was.</summary>
    private Restoration Look(LatentObjective? latent) => new(
        new EvaluationMode([Encoder, Decoder, .. latent?.Critics.Select(c => c.Module) ?? []]),
        Average?.Use(),
        new GeneratorStates(StochasticParts.Of(this, latent)));

    private Dictionary<string, torch.Tensor> State()
    {
        var state = new Dictionary<string, torch.Tensor>(StringComparer.Ordinal);
        foreach (var (name, module) in Modules)
        {
            foreach (var (tensorName, tensor) in module.state_dict())
            {
                state.Add($"{name}/{tensorName}", tensor.IsInvalid
                    ? throw new ObjectDisposedException(name, $"The weights '{name}/{tensorName}' are gone: the module was disposed. Nothing was written. Keep the modules until the weights are saved.")
                    : tensor);
            }

            if (!state.Keys.Any(n => n.StartsWith(name + "/", StringComparison.Ordinal)))
            {
                throw new ObjectDisposedException(name, $"The {name} has no weights: it was disposed, or RegisterComponents() was not called in its constructor.");
            }
        }

        return state;
    }

    private sealed class Restoration(params IDisposable?[] parts) : IDisposable
    {
        public void Dispose()
        {
            foreach (var part in parts)
            {
                part?.Dispose();
            }
        }
    }
}
