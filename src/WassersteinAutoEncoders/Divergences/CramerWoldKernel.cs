using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Kernels.Radial;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The radial function of the Cramér–Wold distance, φ_d(‖x − y‖²/(4γ)), as a kernel: it takes the fast path of the MMD.</summary>
internal sealed class CramerWoldKernel : IRadialKernel
{
    private readonly long _dimension;
    private readonly CramerWoldForm _form;
    private readonly double _rate;
    private readonly ChebyshevProfile<double> _series;
    private readonly ChebyshevProfile<float> _singleSeries;

    /// <summary>Creates the kernel.</summary>
    /// <param name="dimension">d.</param>
    /// <param name="form">Which form of φ_d applies.</param>
    /// <param name="gamma">γ.</param>
    public CramerWoldKernel(long dimension, CramerWoldForm form, double gamma)
    {
        _dimension = dimension;
        _form = CramerWoldProfile.Checked(form, dimension);
        _rate = 1 / (4 * gamma);
        if (_form != CramerWoldForm.Exact || dimension == 1)
        {
            return;
        }

        _series = ChebyshevProfile<double>.Of(CramerWoldProfile.Exactly(dimension), _rate, 1e-13);
        _singleSeries = ChebyshevProfile<float>.Of(CramerWoldProfile.Exactly(dimension), _rate, 1e-8);
    }

    /// <inheritdoc/>
    public Tensor Gram(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        return CramerWoldProfile.Evaluate(SquaredDistances.Between(x, y).mul(_rate), _dimension, _form).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Profile(ReadOnlySpan<double> squaredDistances, Span<double> values, Span<double> derivatives)
    {
        if (_form == CramerWoldForm.Asymptotic)
        {
            ProfileLoop.Run(new InverseRootProfile<double>(AsymptoticRate), squaredDistances, values, derivatives);
        }
        else if (_dimension == 1)
        {
            ProfileLoop.Run(new RbfProfile<double>([_rate]), squaredDistances, values, derivatives);
        }
        else
        {
            ProfileLoop.Run(_series, squaredDistances, values, derivatives);
        }
    }

    /// <inheritdoc/>
    public void Profile(ReadOnlySpan<float> squaredDistances, Span<float> values, Span<float> derivatives)
    {
        if (_form == CramerWoldForm.Asymptotic)
        {
            ProfileLoop.Run(new InverseRootProfile<float>((float)AsymptoticRate), squaredDistances, values, derivatives);
        }
        else if (_dimension == 1)
        {
            ProfileLoop.Run(new RbfProfile<float>([(float)_rate]), squaredDistances, values, derivatives);
        }
        else
        {
            ProfileLoop.Run(_singleSeries, squaredDistances, values, derivatives);
        }
    }

    private double AsymptoticRate => _rate * 4 / (2 * _dimension - 3);
}
