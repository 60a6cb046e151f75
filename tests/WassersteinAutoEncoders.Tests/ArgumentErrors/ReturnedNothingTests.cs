using System.Reflection;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.ArgumentErrors;

/// <summary>A part of a caller's own that returns nothing is named where it does, and is not met as a null reference further on.</summary>
public class ReturnedNothingTests
{
    private static readonly Dictionary<string, Func<Tensor, object?>> Cases = new()
    {
        ["codes moved onto a support"] = x => new ProjectedEncoder(Linear(2, 2), Nothing.Of<ISupportPrior>()).call(x),
        ["a prior's moments"] = x => new BuresDivergence().Evaluate(x, new PriorSamples(x, Nothing.Of<IMomentPrior>())),
        ["a prior's projections"] = x => new IntegratedSlicedWassersteinDivergence().Evaluate(x, new PriorSamples(x, Nothing.Of<IRotationInvariantPrior>())),
        ["a kernel's mean"] = x => new IntegratedMmdDivergence(Nothing.Of<IGaussianIntegrableKernel>()).Evaluate(x, new PriorSamples(x, new GaussianPrior(2))),
        ["a density in a critic"] = x => Critics.LogDensity(Nothing.Of<IDensityPrior>(), Linear(2, 1)).call(x),
        ["a density whose score is wanted"] = x => new SteinDivergence().Evaluate(x, new PriorSamples(x, new WithoutDensity())),
        ["the parts of a divergence"] = _ => Trainer(new WithoutParts()),
        ["a critic"] = _ => Trainer(Nothing.Of<ITrainableDivergence>()),
        ["a generator"] = x => Trainer(new WithoutGenerator()).Evaluate([x]),
        ["noise"] = x => Trainer(new BuresDivergence(), new WaeTrainerOptions { EncoderNoise = Nothing.Of<IInputNoise>() }).Step(x),
        ["a prior's samples"] = _ => new WaeTrainer(Linear(2, 2), Linear(2, 2), Nothing.Of<IPrior>(), new BuresDivergence()).Model.Sample(3),
    };

    public static TheoryData<string> Parts => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Parts))]
    public void It_is_an_argument_error(string part)
    {
        using var scope = NewDisposeScope();
        var x = randn(6, 2);
        Assert.IsAssignableFrom<ArgumentException>(Record.Exception(() => Cases[part](x)));
    }

    private static WaeTrainer Trainer(ILatentDivergence divergence, WaeTrainerOptions? options = null) => new(Linear(2, 2), Linear(2, 2), new GaussianPrior(2), divergence, options);

    /// <summary>Any interface, of dimension 2, whose members return null or 0.</summary>
    public class Nothing : DispatchProxy
    {
        public static T Of<T>() => (T)Create(typeof(T), typeof(Nothing));

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
            => targetMethod!.Name == "get_Dimension" ? 2L : targetMethod.ReturnType is { IsValueType: true } type && type != typeof(void) ? Activator.CreateInstance(type) : null;
    }

    private sealed class WithoutDensity : IScorePrior
    {
        public long Dimension => 2;

        public double ExpectedSquaredDistance => 4;

        public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null) => randn(count, 2);

        public Tensor LogDensity(Tensor z) => null!;
    }

    private sealed class WithoutGenerator : ILatentDivergence, IStochasticModule
    {
        public Generator Generator => null!;

        public Tensor Evaluate(Tensor encoded, PriorSamples prior) => encoded.square().mean();
    }

    private sealed class WithoutParts : ILatentDivergence, ICompositeDivergence
    {
        public IReadOnlyList<ILatentDivergence> Parts => null!;

        public Tensor Evaluate(Tensor encoded, PriorSamples prior) => encoded.square().mean();
    }
}
