using TorchSharp;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Divergences;

/// <summary>The suite of divergences knows no encoder, whose distributions these penalties are about.</summary>
public class EncoderPenaltyTests
{
    private const double Alpha = 0.3, Lambda = 7;

    [Fact]
    public void The_penalty_of_variances_is_its_formula()
    {
        using var scope = NewDisposeScope();
        var (encoder, x) = Encoder();
        var penalty = EncoderPenalty.Variance(encoder);
        var codes = encoder.call(x);
        double[] logs = Moments(encoder, x).LogVariances;
        Assert.Equal(logs.Sum(Math.Abs) / 6, penalty.Evaluate(codes, Prior()).ToDouble(), Tolerances.Float64);
    }

    [Fact]
    public void The_parts_of_several_processes_add_up_to_the_penalty()
    {
        using var scope = NewDisposeScope();
        var (encoder, x) = Encoder();
        IRowDivergence penalty = EncoderPenalty.KullbackLeibler(encoder);
        var codes = encoder.call(x);
        var whole = penalty.Evaluate(codes, Prior()).ToDouble();
        var sum = 0.0;
        foreach (var (start, count) in ((long, long)[])[(0, 4), (4, 0), (4, 2)])
        {
            if (count > 0)
            {
                encoder.call(x.narrow(0, start, count));
            }

            sum += penalty.EvaluateRows(codes, start, count, Prior())!.ToDouble();
        }

        Assert.Equal(whole, sum, Tolerances.Float64);
    }

    /// <summary>Against the integral itself, ∫ q log(q/p) over a fine grid, coordinate by coordinate.</summary>
    [Fact]
    public void The_kullback_leibler_divergence_is_the_integral()
    {
        using var scope = NewDisposeScope();
        var (encoder, x) = Encoder();
        var penalty = EncoderPenalty.KullbackLeibler(encoder);
        var codes = encoder.call(x);
        var (means, logs) = Moments(encoder, x);
        var expected = means.Zip(logs, Integral).Sum() / 6;
        Assert.Equal(expected, penalty.Evaluate(codes, Prior()).ToDouble(), 1e-8);

        static double Integral(double mean, double logVariance)
        {
            double sum = 0, deviation = Math.Exp(logVariance / 2);
            const double step = 1e-3;
            for (var t = -9.0; t <= 9; t += step)
            {
                var z = mean + deviation * t;
                var q = -t * t / 2 - logVariance / 2;
                sum += Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI) * (q + z * z / (2 * 0.49) + Math.Log(0.49) / 2) * step;
            }

            return sum;
        }
    }

    /// <summary>Cost + (1 − α)·KL + (α + λ − 1)·MMD², each written out here, against one step of the trainer on the composition, and its gradient.</summary>
    [Fact]
    public void InfoVaes_objective_is_the_composition()
    {
        using var scope = NewDisposeScope();
        var (encoder, x) = Encoder();
        using var decoder = Linear(2, 4, dtype: float64);
        var prior = new GaussianPrior(2, 0.7);
        var penalty = EncoderPenalty.KullbackLeibler(encoder).Times(1 - Alpha).Plus(new IntegratedMmdDivergence(new RbfKernel(1.3)).Times(Alpha + Lambda - 1));
        var codes = encoder.call(x);
        var objective = new SquaredErrorCost().Evaluate(x, decoder.call(codes)) + penalty.Evaluate(codes, new PriorSamples(prior, 6));

        var (means, logs) = Moments(encoder, x);
        var kl = means.Zip(logs, (m, l) => ((m * m + Math.Exp(l)) / 0.49 - 1 - l + Math.Log(0.49)) / 2).Sum() / 6;
        var cost = (x - decoder.call(codes)).square().sum().ToDouble() / 6;
        Assert.Equal(cost + (1 - Alpha) * kl + (Alpha + Lambda - 1) * Mmd(codes), objective.ToDouble(), Tolerances.Float64);

        // The gradient reaches the module behind the moments through both, the codes and their distributions.
        objective.backward();
        Assert.All(encoder.parameters(), parameter => Assert.True(parameter.grad!.abs().sum().ToDouble() > 0));

        // Of N(0, 0.49·I): E k(z, p) and E k(p, p′) in closed form, d = 2; all pairs of different codes.
        static double Mmd(Tensor z)
        {
            double[][] points = [.. FiniteDifferences.Values(z).Chunk(2)];
            var pairs = (from u in points from v in points where u != v select Math.Exp(-(Math.Pow(u[0] - v[0], 2) + Math.Pow(u[1] - v[1], 2)) / 2.6)).Average();
            return pairs - 2 * points.Average(u => 1.3 / 1.79 * Math.Exp(-(u[0] * u[0] + u[1] * u[1]) / 3.58)) + 1.3 / 2.28;
        }
    }

    /// <summary>λ = 0 for the codes and a weight on the variances: training makes the noise what the penalty asks for, log σ² = 0, from −4.</summary>
    [Fact]
    public void A_trainer_takes_it_and_it_keeps_the_noise()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var moments = Linear(4, 4);
        using (no_grad())
        {
            moments.bias!.slice(0, 2, 4, 1).fill_(-4);
        }

        using var encoder = new GaussianEncoder(moments, 1);
        using var decoder = Linear(2, 4);
        using var trainer = new WaeTrainer(encoder, decoder, new GaussianPrior(2), EncoderPenalty.Variance(encoder).Times(0.5).Plus(new MmdDivergence()), new WaeTrainerOptions { LearningRate = 0.05, Lambda = 1 });
        using var batch = randn(32, 4);
        for (var i = 0; i < 200; i++)
        {
            trainer.Step(batch);
        }

        using var noise = encoder.Distribution(batch).LogVariance;
        Assert.InRange(noise.abs().mean().ToDouble(), 0, 1);
        Assert.True(double.IsFinite(trainer.Evaluate([batch]).Penalty));
    }

    [Fact]
    public void Codes_of_another_call_are_refused()
    {
        using var scope = NewDisposeScope();
        var (encoder, x) = Encoder();
        var penalty = EncoderPenalty.Variance(encoder);
        Assert.Throws<InvalidOperationException>(() => penalty.Evaluate(zeros([6, 2], float64), Prior()));
        using (NewDisposeScope())
        {
            encoder.call(x);
        }

        Assert.Throws<InvalidOperationException>(() => penalty.Evaluate(zeros([6, 2], float64), Prior()));
        var codes = encoder.call(x);
        Assert.Throws<InvalidOperationException>(() => penalty.Evaluate(codes[..3], Prior()));
        Assert.Throws<ArgumentException>("prior", () => EncoderPenalty.KullbackLeibler(encoder).Evaluate(codes, new PriorSamples(new SpherePrior(2), 6)));
    }

    private static PriorSamples Prior() => new(new GaussianPrior(2, 0.7), 6);

    private static (GaussianEncoder Encoder, Tensor Inputs) Encoder()
    {
        random.manual_seed(3);
        return (new GaussianEncoder(Linear(4, 4, dtype: float64), 1), Points.Normal(6, 4, 1));
    }

    private static (double[] Means, double[] LogVariances) Moments(GaussianEncoder encoder, Tensor x)
    {
        var (mean, logVariance) = encoder.Distribution(x);
        return (FiniteDifferences.Values(mean), FiniteDifferences.Values(logVariance));
    }
}
