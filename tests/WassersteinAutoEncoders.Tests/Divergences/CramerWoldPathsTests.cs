using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

/// <summary>The Cramér–Wold distance through the pair engine and composed from tensor operations, in every form.</summary>
public class CramerWoldPathsTests
{
    public static TheoryData<long, CramerWoldForm> Forms => new()
    {
        { 1, CramerWoldForm.Exact },
        { 2, CramerWoldForm.Exact },
        { 3, CramerWoldForm.Exact },
        { 64, CramerWoldForm.Exact },
        { 2, CramerWoldForm.Asymptotic },
        { 64, CramerWoldForm.Asymptotic },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Both_ways_agree(long dimension, CramerWoldForm form)
    {
        var gaussian = new GaussianPrior(dimension, 1.3);
        (ILatentDivergence Fast, ILatentDivergence Composed)[] pairs =
        [
            (new CramerWoldDivergence(form), new CramerWoldDivergence(form) { HigherDerivatives = true }),
            (new TwoSampleCramerWoldDivergence(form), new TwoSampleCramerWoldDivergence(form) { HigherDerivatives = true }),
        ];
        foreach (var (fast, composed) in pairs)
        {
            foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
            {
                using var scope = NewDisposeScope();
                var codes = cat([Points.Normal(70, dimension, 1, type), zeros([2, dimension], type), full([1, dimension], 1e4, type)]);
                var prior = new PriorSamples(Points.Normal(40, dimension, 2, type), gaussian);
                Assert.Equal(composed.Evaluate(codes, prior).ToDouble(), fast.Evaluate(codes, prior).ToDouble(), Tolerances.Of(type));
                var expected = FiniteDifferences.Gradient(x => composed.Evaluate(x, prior), codes);
                var actual = FiniteDifferences.Gradient(x => fast.Evaluate(x, prior), codes);
                var scale = expected.Max(Math.Abs);
                for (var i = 0; i < expected.Length; i++)
                {
                    Assert.Equal(expected[i], actual[i], Tolerances.Of(type) * scale);
                }
            }
        }
    }
}
