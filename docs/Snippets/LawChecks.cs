using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Testing;

namespace Snippets;

/// <summary>Laws tried on parts of one's own.</summary>
public static class LawChecks
{
    /// <summary>Every listing of the page.</summary>
    public static void All()
    {
        #region check-laws
        PriorLaws.Check(new RingPrior()).ThrowIfViolated();
        KernelLaws.Check(new CauchyKernel(2)).ThrowIfViolated();
        DivergenceLaws.Check(new MomentDivergence()).ThrowIfViolated();
        CostLaws.Check(new AbsoluteErrorCost()).ThrowIfViolated();
        #endregion
        Claims();
    }

    private static void Claims()
    {
        #region check-claims
        var claims = new DivergenceLawOptions { IsNonNegative = false, IsZeroForIdenticalSamples = false, IsRotationInvariant = true };
        LawReport report = DivergenceLaws.Check(new MmdDivergence(new CauchyKernel(2)), options: claims);
        if (!report.IsSatisfied)
        {
            Console.WriteLine(report);
        }
        #endregion
        report.ThrowIfViolated();
    }
}
