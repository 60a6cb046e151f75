using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

/// <summary>How much of the gradient's variance the prior samples make.</summary>
internal static class GradientVariance
{
    /// <summary>
    /// The variance, summed over coordinates, of the gradient of MMD² in a shift of all codes, over draws of codes and prior
    /// samples: with as many prior samples as codes, divided by that with the prior integrated out.
    /// </summary>
    public static double Factor(IGaussianIntegrableKernel kernel, int batch, int dimension, double shift, int draws)
    {
        using var generator = new Generator(6, CPU);
        var prior = new GaussianPrior(dimension);
        var (sampled, integrated) = (new MmdDivergence(kernel), new IntegratedMmdDivergence(kernel));
        var (a, b) = (new double[draws][], new double[draws][]);
        for (var i = 0; i < draws; i++)
        {
            using var scope = NewDisposeScope();
            var codes = randn([batch, dimension], dtype: ScalarType.Float64, generator: generator);
            var samples = prior.Sample(batch, generator, dtype: ScalarType.Float64);
            var at = full([1, dimension], shift, ScalarType.Float64);
            a[i] = FiniteDifferences.Gradient(s => sampled.Evaluate(codes + s, samples), at);
            b[i] = FiniteDifferences.Gradient(s => integrated.Evaluate(codes + s, new PriorSamples(prior, 1)), at);
        }

        return Variance(a) / Variance(b);
    }

    private static double Variance(double[][] gradients)
        => Enumerable.Range(0, gradients[0].Length).Sum(k =>
        {
            var mean = gradients.Average(g => g[k]);
            return gradients.Average(g => (g[k] - mean) * (g[k] - mean));
        });
}
