using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training.Models;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Training.Steps;

/// <summary>The latent part of a step's objective.</summary>
/// <param name="Penalty">D, scalar, without the factor λ.</param>
/// <param name="Objective">What is to be minimized beside the reconstruction cost: λ·D and, where there are critics, their losses.</param>
/// <param name="Critics">The critics' losses, in the order of <see cref="LatentObjective.Critics"/>.</param>
internal readonly record struct LatentTerms(torch.Tensor Penalty, torch.Tensor Objective, IReadOnlyList<CriticLoss> Critics);

/// <summary>A divergence as a trainer uses it: the one place that asks for its abilities, and for those of the divergences it is made of.</summary>
/// <remarks>A sum Σ wᵢDᵢ in which a divergence has a critic is taken apart, so that each critic is trained on its own loss; any other is evaluated as a whole.</remarks>
internal sealed class LatentObjective
{
    private readonly IReadOnlyList<ILatentDivergence> _all;
    private readonly List<(double Weight, ILatentDivergence Divergence)> _terms = [];

    public LatentObjective(ILatentDivergence divergence)
    {
        Divergence = divergence;
        _all = [.. CompositeDivergences.Walk(divergence)];
        MinimumSampleSize = CompositeDivergences.MinimumSampleSize(divergence);
        Add(divergence, 1);
        Critics = [.. _terms.Select(t => t.Divergence).OfType<ITrainableDivergence>().Select((d, i) => (CriticName(i), Guard.CheckReturned<Module>(d.Critic, $"the critic of {d.GetType().Name}")))];
    }

    /// <summary>D as the caller gave it.</summary>
    public ILatentDivergence Divergence { get; }

    /// <summary>The critics by name: <c>critic</c>, <c>critic/1</c>, …</summary>
    public IReadOnlyList<(string Name, Module Module)> Critics { get; }

    /// <summary>Whether several processes exchange sums while they evaluate it.</summary>
    public bool IsShared => _all.OfType<ISharedDivergence>().Any();

    /// <summary>The number of codes below which some part cannot be estimated.</summary>
    public long MinimumSampleSize { get; }

    /// <summary>The generators that the divergences draw from, by name, repetitions included.</summary>
    public IEnumerable<(string Name, torch.Generator Generator)> Generators
        => _all.OfType<IStochasticModule>().Select((source, i) => (NameOf(i), source.Generator));

    /// <summary>The divergences with a state that a checkpoint has to hold, by name.</summary>
    public IEnumerable<(string Name, IResumable Value)> Resumables
        => _all.OfType<IResumable>().Select((value, i) => (NameOf(i), value));

    /// <summary>The penalty alone.</summary>
    /// <param name="codes">z, <c>[n, d]</c>.</param>
    /// <param name="samples">P_Z.</param>
    public torch.Tensor Penalty(torch.Tensor codes, PriorSamples samples) => PenaltyOf(Divergence, codes, samples);

    /// <summary>Penalty, objective and critics' losses for codes with their graph.</summary>
    /// <param name="codes">z, <c>[n, d]</c>.</param>
    /// <param name="samples">P_Z.</param>
    /// <param name="lambda">λ.</param>
    public LatentTerms Evaluate(torch.Tensor codes, PriorSamples samples, double lambda)
    {
        if (Critics.Count == 0)
        {
            var penalty = Penalty(codes, samples);
            return new LatentTerms(penalty, penalty.Times(lambda), []);
        }

        torch.Tensor? total = null, objective = null;
        var losses = new List<CriticLoss>();
        foreach (var (weight, divergence) in _terms)
        {
            var term = Term(divergence, codes, samples, lambda * weight, losses);
            var weighted = weight == 1 ? term.Penalty : term.Penalty.Times(weight);
            total = total is null ? weighted : total.Plus(weighted);
            objective = objective is null ? term.Objective : objective.Plus(term.Objective);
        }

        return new LatentTerms(total!, objective!, losses);
    }

    /// <summary>As <see cref="Evaluate"/> for the codes of all processes, of which the own ones alone have a graph: the own share in the penalty, and an objective whose gradient is that of the whole in the own codes.</summary>
    /// <remarks>What a divergence cannot take apart by rows is evaluated by every process, and its value counted by the first.</remarks>
    public LatentTerms EvaluateShare(torch.Tensor codes, RowShare share, PriorSamples samples, double lambda)
    {
        torch.Tensor? total = null, objective = null;
        var losses = new List<CriticLoss>();
        foreach (var (weight, divergence) in _terms)
        {
            var own = share.Evaluate(divergence, codes, samples);
            var term = own is null ? Term(divergence, codes, samples, lambda * weight, losses) : (Penalty: own, Objective: own.Times(lambda * weight));
            var counted = term.Penalty.detach().Times(own is null && share.Rank > 0 ? 0 : weight);
            total = total is null ? counted : total.Plus(counted);
            objective = objective is null ? term.Objective : objective.Plus(term.Objective);
        }

        return new LatentTerms(total!, objective!, losses);
    }

    private static (torch.Tensor Penalty, torch.Tensor Objective) Term(ILatentDivergence divergence, torch.Tensor codes, PriorSamples samples, double factor, List<CriticLoss> losses)
    {
        switch (divergence)
        {
            case IJointDivergence joint:
                var (objective, penalty, critic) = ModuleCalls.Critic(joint, codes, () => joint.EvaluateJointly(codes, samples, factor));
                losses.Add(Checked(critic));
                return (Guard.CheckScalarResult(penalty, "the divergence"), Guard.CheckScalarResult(objective, "the divergence's objective"));

            case ITrainableDivergence trainable:
                var apart = PenaltyAlone(trainable, codes, samples);
                var loss = Checked(ModuleCalls.Critic(trainable, codes, () => trainable.EvaluateCritic(codes.detach(), samples)));
                losses.Add(loss);
                return (apart, apart.Times(factor).Plus(loss.Loss));

            default:
                var plain = PenaltyOf(divergence, codes, samples);
                return (plain, plain.Times(factor));
        }
    }

    /// <summary>The penalty passes through the critic; gradients of the critic's own weights would be computed for nobody.</summary>
    private static torch.Tensor PenaltyAlone(ITrainableDivergence divergence, torch.Tensor codes, PriorSamples samples)
    {
        using var frozen = new FrozenParameters(divergence.Critic);
        return PenaltyOf(divergence, codes, samples);
    }

    private static torch.Tensor PenaltyOf(ILatentDivergence divergence, torch.Tensor codes, PriorSamples samples)
        => ModuleCalls.Penalty(divergence, codes, () => divergence.Evaluate(codes, samples));

    private static CriticLoss Checked(CriticLoss? loss)
        => loss is null
            ? throw new ArgumentException("Expected the divergence to return its critic's loss, but it returned null. Return the record with its tensors.", nameof(loss))
            : loss with { Loss = Guard.CheckScalarResult(loss.Loss, "the critic's loss") };

    private void Add(ILatentDivergence divergence, double weight)
    {
        switch (divergence)
        {
            case SumDivergence sum:
                foreach (var part in sum.Parts)
                {
                    Add(part, weight);
                }

                break;
            case WeightedDivergence weighted:
                Add(weighted.Divergence, weight * weighted.Factor);
                break;
            default:
                CheckNoneInside(divergence);
                _terms.Add((weight, divergence));
                break;
        }
    }

    private static void CheckNoneInside(ILatentDivergence divergence)
    {
        if (CompositeDivergences.Walk(divergence).Skip(1).OfType<ITrainableDivergence>().FirstOrDefault() is { } inside)
        {
            throw new ArgumentException(
                $"Expected a divergence with a critic alone or in a weighted sum, but a {inside.GetType().Name} stands inside a {divergence.GetType().Name}, where its critic would not be trained. Add it with SumDivergence.", nameof(divergence));
        }
    }

    private static string NameOf(int index) => index == 0 ? "divergence" : $"divergence/{index}";

    private static string CriticName(int index) => index == 0 ? "critic" : $"critic/{index}";
}
