using TorchSharp;
using WassersteinAutoEncoders.Priors;

/// <summary>
/// A ring in the plane: z = r·(cos φ, sin φ) + ε with φ uniform on [0, 2π) and ε normal with standard deviation
/// <paramref name="blur"/> in each coordinate. YOURS: your own distribution in place of it; two members are all that is needed.
/// </summary>
/// <param name="radius">The radius r.</param>
/// <param name="blur">The standard deviation of ε.</param>
public sealed class RingPrior(double radius = 1.5, double blur = 0.1) : IPrior
{
    /// <inheritdoc/>
    public long Dimension => 2;

    /// <summary>E‖z − z′‖² = 2·tr Cov z = 2·(r² + 2·blur²). Without this member the library estimates it from samples.</summary>
    public double ExpectedSquaredDistance => 2 * ((radius * radius) + (2 * blur * blur));

    /// <inheritdoc/>
    public torch.Tensor Sample(long count, torch.Generator? generator = null, torch.Device? device = null, torch.ScalarType? dtype = null)
    {
        // The scope frees all that is made on the way. Draw from the generator given and from no other, on the CPU: then a seed
        // gives the same samples on every device.
        using var scope = torch.NewDisposeScope();
        var angle = torch.rand([count], generator: generator, dtype: torch.float64) * (2 * Math.PI);
        var noise = torch.randn([count, 2], generator: generator, dtype: torch.float64) * blur;
        var points = (torch.stack([angle.cos(), angle.sin()], 1) * radius) + noise;
        return points.to(dtype ?? torch.float32).to(device ?? torch.CPU).MoveToOuterDisposeScope();
    }
}
