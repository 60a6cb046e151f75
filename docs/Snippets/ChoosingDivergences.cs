using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Schedules;

namespace Snippets;

/// <summary>The code of the page on choosing a divergence.</summary>
public static class ChoosingDivergences
{
    /// <summary>A critic kept smooth.</summary>
    public static ILatentDivergence Adversarial()
    {
        #region adversarial
        var divergence = new AdversarialDivergence(Critics.Mlp(8), new AdversarialOptions { GradientPenalty = 10 });
        #endregion
        return divergence;
    }

    /// <summary>A divergence that sees shape and one that sees the covariance.</summary>
    public static (ILatentDivergence Divergence, WaeTrainerOptions Options) Spectrum()
    {
        #region spectrum
        var divergence = new CramerWoldDivergence().Times(10).Plus(new BuresSpectrumDivergence().Times(0.1));
        var options = new WaeTrainerOptions { Lambda = 1 };
        #endregion
        return (divergence, options);
    }

    /// <summary>The weight of the divergence.</summary>
    public static (WaeTrainerOptions Constant, WaeTrainerOptions Ratio) Weight()
    {
        #region lambda
        var constant = new WaeTrainerOptions { Lambda = 100 };
        var ratio = new WaeTrainerOptions { Lambda = Schedule.Ratio(initial: 10, target: 0.1) };
        #endregion
        return (constant, ratio);
    }
}
