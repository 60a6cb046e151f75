using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Kernels;

/// <summary>Squared Euclidean distances of all pairs, as kernels need them.</summary>
public static class SquaredDistances
{
    /// <summary>The matrix S with S[i, j] = ‖x[i] − y[j]‖².</summary>
    /// <remarks>
    /// The values come from the differences of the coordinates, never from ‖x‖² + ‖y‖² − 2xᵀy: they are never
    /// negative, exactly 0 where points coincide, the same for (x, y) and (y, x), and carry a relative error of
    /// d + 4 roundings however far the points lie from the origin. The derivatives, of any order, come from the
    /// product form in float64 (in the element type of the points on devices without float64), whose error is
    /// absolute: about 1e-16·max‖x‖ in each coordinate of x[i] − y[j].
    /// </remarks>
    /// <param name="x">Points, <c>[n, d]</c>, float32 or float64.</param>
    /// <param name="y">Points, <c>[m, d]</c>, of the element type and on the device of <paramref name="x"/>.</param>
    /// <returns><c>[n, m]</c>, each value ≥ 0, differentiable any number of times in both arguments.</returns>
    /// <exception cref="ArgumentException">Shapes, element types or devices do not fit.</exception>
    public static Tensor Between(Tensor x, Tensor y)
    {
        Guard.CheckPair(x, nameof(x), y, nameof(y));
        using var scope = NewDisposeScope();
        var wide = x.device_type == TorchSharp.DeviceType.MPS ? x.dtype : ScalarType.Float64;
        var (a, b) = (x.to(wide), y.to(wide));
        Tensor exact;
        using (no_grad())
        {
            exact = cdist(a.detach(), b.detach(), 2, TorchSharp.compute_mode.donot_use_mm_for_euclid_dist).square();
        }

        if (is_grad_enabled() && (x.requires_grad || y.requires_grad))
        {
            // Adds exactly 0, with the derivatives of the product form: cdist itself has no second derivative, and its
            // first is NaN-guarded only for some norms.
            var product = a.square().sum(1, keepdim: true) + b.square().sum(1) - a.mm(b.t()).mul(2);
            exact = exact + (product - product.detach());
        }

        return exact.to(x.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>√S with gradient 0, not NaN, where S is 0.</summary>
    internal static Tensor SquareRoot(Tensor squared)
    {
        var positive = squared.gt(0);
        return where(positive, where(positive, squared, ones_like(squared)).sqrt(), zeros_like(squared));
    }
}
