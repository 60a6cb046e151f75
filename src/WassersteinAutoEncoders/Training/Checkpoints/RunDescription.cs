using System.Text.Json.Nodes;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training.Optimizers;

namespace WassersteinAutoEncoders.Training.Checkpoints;

/// <summary>What a run is made of, as text by name: what must agree when a run is resumed, and what may be changed on purpose.</summary>
internal static class RunDescription
{
    /// <summary>What must agree: another of these is another run.</summary>
    public static JsonObject Fixed(TrainerState state) => new()
    {
        ["prior"] = Of(state.Model.Prior),
        ["divergence"] = Of(state.Latent.Divergence, state.Model.Prior),
        ["cost"] = Of(state.Options.Cost),
        ["optimizer"] = Kind(state.Options.Optimizer, state.Step.Update.Optimizer),
        ["critic optimizer"] = state.Latent.Critics.Count > 0 ? Kind(state.Options.Critic.Optimizer, state.Step.Update.CriticOptimizer) : "none",
        ["encoder noise"] = state.Options.EncoderNoise is { } noise ? Name(noise) : "none",
        ["seed"] = FormattableString.Invariant($"{state.Options.Seed}"),
    };

    /// <summary>What may be changed, as it is for the next step.</summary>
    public static JsonObject Changeable(TrainerState state) => new()
    {
        ["lambda"] = Text(state.Step.Rates.Lambda),
        ["learning rate"] = Text(state.Step.Rates.LearningRate),
        ["critic learning rate"] = Text(state.Step.Rates.CriticLearningRate),
        ["cost's factors"] = Factors(state.Options.Cost),
        ["optimizer's settings"] = Settings(state.Options.Optimizer),
        ["critic optimizer's settings"] = Settings(state.Options.Critic.Optimizer),
        ["precision"] = state.Options.Precision.ToString(),
        ["encoder noise's settings"] = state.Options.EncoderNoise is { } noise ? Settings(noise) : "",
    };

    /// <summary>Throws where what must agree differs, and names all of it.</summary>
    /// <exception cref="InvalidDataException">There is a difference.</exception>
    public static void Check(JsonObject saved, TrainerState state)
    {
        var differences = Differences(saved, Fixed(state));
        if (differences.Count > 0)
        {
            throw new InvalidDataException(
                $"It was made by another run: {string.Join("; ", differences)}. Make the trainer as it was made then; to begin another run with these weights, load them with ModuleWeights.Load(module, path, \"encoder/\") and \"decoder/\".");
        }
    }

    /// <summary>Every entry that both have and that differs, in words.</summary>
    public static List<string> Differences(JsonObject saved, JsonObject current)
    {
        var differences = new List<string>();
        foreach (var (name, value) in saved)
        {
            var before = JsonNumbers.Text(saved, name);
            if (current.ContainsKey(name) && JsonNumbers.Text(current, name) is var now && now != before)
            {
                differences.Add($"{name} was '{before}' and is '{now}'");
            }
        }

        return differences;
    }

    internal static string Of(IOptimizerFactory optimizer) => optimizer is TorchOptimizerFactory ? "of TorchSharp" : Name(optimizer).Replace("Factory", "", StringComparison.Ordinal) + Suffix(optimizer);

    internal static string Of(IPrior prior) => $"{Name(prior)} of dimension {prior.Dimension}" + prior switch
    {
        GaussianPrior p => $", standard deviation {Text(p.StandardDeviation)}",
        SpherePrior p => $", radius {Text(p.Radius)}",
        UniformPrior p => $", half width {Text(p.HalfWidth)}",
        GaussianMixturePrior p => $", {p.Weights.Count} components of weights {string.Join(" ", p.Weights.Select(Text))}, expected squared distance {Text(p.ExpectedSquaredDistance)}",
        _ => Suffix(prior),
    };

    internal static string Of(ILatentDivergence divergence, IPrior prior) => divergence switch
    {
        WeightedDivergence d => $"{Text(d.Factor)} · {Of(d.Divergence, prior)}",
        LogDivergence d => $"{Name(d)} of {Of(d.Divergence, prior)}, offset {Text(d.Offset)}",
        ICompositeDivergence d => $"{Name(d)} of ({string.Join(" + ", d.Parts.Select(p => Of(p, prior)))})",
        MmdDivergence d => $"{Name(d)}, {d.Estimator}, kernel {(d.KernelFor(prior) is { } kernel ? Of(kernel) : "from the batch")}",
        IntegratedMmdDivergence d => $"{Name(d)}, {d.Estimator}, kernel {Of(d.Kernel)}",
        CramerWoldDivergence d => $"{Name(d)}, {d.Form}, smoothing {OrRule(d.Smoothing)}",
        TwoSampleCramerWoldDivergence d => $"{Name(d)}, {d.Form}, smoothing {OrRule(d.Smoothing)}",
        AdversarialDivergence d => $"{Name(d)}, gradient penalty {Text(d.Options.GradientPenalty)}, label smoothing {Text(d.Options.LabelSmoothing)}",
        MaxSlicedWassersteinDivergence d => $"{Name(d)}, {Of(d.Starts)}, {d.Steps} steps",
        SlicedEppsPulleyDivergence d => $"{Name(d)}, {Of(d.Directions)}, range {Text(d.Range)}, error {Text(d.Error)}",
        ISlicedDivergence d => $"{Name(d)}, {Of(d.Directions)}",
        SteinDivergence d => $"{Name(d)}, {(d.Unbiased ? "unbiased" : "biased")}, scale {Text(d.Scale)}",
        SinkhornDivergence { Options: var o } d => $"{Name(d)}, epsilon {OrRule(o.Epsilon)}, reach {OrRule(o.Reach)}, scaling {OrRule(o.Scaling)}, tolerance {Text(o.Tolerance)}, at most {o.MaximumIterations} iterations",
        _ => Name(divergence) + Suffix(divergence),
    };

    private static string Of(SliceDirections directions) => $"{directions.Count} {Name(directions)}";

    private static string Of(IKernel kernel) => kernel switch
    {
        SumKernel k => $"{Name(k)} of ({string.Join(" + ", k.Terms.Select(t => $"{Text(t.Item1)} · {Of(t.Item2)}"))})",
        ImqKernel k => $"{Name(k)}, base scale {Text(k.BaseScale)}, scales {string.Join(" ", k.Scales.Select(Text))}",
        RbfKernel k => $"{Name(k)}, variance {Text(k.Variance)}, scales {string.Join(" ", k.Scales.Select(Text))}",
        RationalQuadraticKernel k => $"{Name(k)}, length {Text(k.Length)}, alpha {Text(k.Alpha)}",
        LaplacianKernel k => $"{Name(k)}, length {Text(k.Length)}",
        _ => Name(kernel) + Suffix(kernel),
    };

    private static string Kind(IOptimizerFactory factory, IParameterOptimizer? optimizer)
        => Name(factory) + (optimizer is TorchOptimizer torch ? " of " + torch.Kind : "");

    internal static string Of(IReconstructionCost cost) => cost switch
    {
        WeightedCost c => Of(c.Cost),
        SumCost c => string.Join(" + ", c.Costs.Select(Of)),
        SquaredErrorCost c => $"{Name(c)}, {c.Reduction}",
        AbsoluteErrorCost c => $"{Name(c)}, {c.Reduction}",
        EuclideanCost c => $"{Name(c)}, {c.Reduction}, epsilon {Text(c.Epsilon)}",
        StructuralSimilarityCost c => $"{Name(c)}, {c.Scales} scales, range {Text(c.Range)}, window {c.Window}, deviation {Text(c.Deviation)}",
        PerceptualCost c => $"{Name(c)} of {Of(c.Cost)}",
        BinaryCrossEntropyCost c => $"{Name(c)}, {c.Reduction}, {c.DecoderOutput}",
        _ => Name(cost) + Suffix(cost),
    };

    private static string Factors(IReconstructionCost cost) => cost switch
    {
        WeightedCost c => $"{Text(c.Factor)} · {Factors(c.Cost)}",
        SumCost c => string.Join(" + ", c.Costs.Select(Factors)),
        PerceptualCost c => Factors(c.Cost),
        SquaredErrorCost c => Text(c.Factor),
        AbsoluteErrorCost c => Text(c.Factor),
        EuclideanCost c => Text(c.Factor),
        BinaryCrossEntropyCost c => Text(c.Factor),
        StructuralSimilarityCost c => Text(c.Factor),
        _ => "1",
    };

    private static string Settings(object part) => part is IDescribed described ? described.Describe() ?? "" : "";

    private static string Suffix(object part) => Settings(part) is { Length: > 0 } settings ? ", " + settings : "";

    private static string Name(object part) => part.GetType() is var type && type.Assembly == typeof(RunDescription).Assembly ? type.Name : type.FullName ?? type.Name;

    private static string OrRule(double? value) => value is { } given ? Text(given) : "by default";

    private static string Text(double value) => FormattableString.Invariant($"{value:R}");
}

/// <summary>Tells a checkpoint what a prior, kernel, divergence, cost, noise or optimizer of one's own is set to, so that a run is not resumed with another setting unnoticed.</summary>
/// <remarks>Parts that do not implement it are compared by their type alone.</remarks>
public interface IDescribed
{
    /// <summary>The settings, such as <c>degrees of freedom 3</c>: the same text whenever the settings are the same, in the invariant culture.</summary>
    string Describe();
}
