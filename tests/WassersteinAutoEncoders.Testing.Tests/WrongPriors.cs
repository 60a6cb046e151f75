using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Testing.Tests;

/// <summary>A standard normal prior with one mistake, put in by a derived class.</summary>
internal abstract class AlmostNormal : IPrior
{
    public long Dimension => 2;

    public virtual double ExpectedSquaredDistance => 4;

    public virtual Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
        => randn([count, 2], dtype: dtype ?? float32, generator: generator).to(device ?? CPU);
}

internal sealed class RightPrior : AlmostNormal;

internal sealed class WrongScale : AlmostNormal, IMomentPrior
{
    public PriorMoments Moments => PriorMoments.Isotropic(2, 1);

    public override Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
        => base.Sample(count, generator, device, dtype) * 1.1;
}

internal sealed class WrongExpectedDistance : AlmostNormal
{
    public override double ExpectedSquaredDistance => 2;
}

internal sealed class IgnoresTheGenerator : AlmostNormal
{
    public override Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
        => base.Sample(count, null, device, dtype);
}

internal sealed class WrongDevice : AlmostNormal
{
    public override Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
        => base.Sample(count, generator, CPU, dtype);
}

internal sealed class WrongType : AlmostNormal
{
    public override Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
        => base.Sample(count, generator, device, float32);
}

internal sealed class WithGradient : AlmostNormal
{
    public override Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
        => base.Sample(count, generator, device, dtype).requires_grad_();
}

internal sealed class RowsThatRepeat : AlmostNormal
{
    public override Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
        => base.Sample((count + 1) / 2, generator, device, dtype).repeat_interleave(2, 0).narrow(0, 0, count);
}

internal sealed class WrongDensity : AlmostNormal, IDensityPrior
{
    public Tensor LogDensity(Tensor z) => z.square().sum(1) * -0.5;
}
