using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Kernels;

/// <summary>Squared Euclidean distances of all pairs, as kernels need them.</summary>
public static class SquaredDistances
{
    /// <summary>The matrix S with S[i, j] = ‖x[i] − y[j]‖².</summary>
    /// <remarks>
    /// The values come from the differences of the coordinates, never from ‖x‖² + ‖y‖² − 2xᵀy: they are never
    /// negative, exactly 0 where points coincide, the same for (x, y) and (y, x), NaN where a coordinate is NaN, and carry a
    /// relative error of d + 4 roundings however far the points lie from the origin. The derivatives, of any order, are
    /// computed in float64 (in the element type of the points on devices without float64). The first one is exactly 0
    /// where points coincide; elsewhere its error is absolute, about 1e-16·max‖x‖ in each coordinate of x[i] − y[j].
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
            exact = cdist(a.detach(), b.detach(), 2, TorchSharp.compute_mode.donot_use_mm_for_euclid_dist).Squared();
        }

        if (is_grad_enabled() && (x.requires_grad || y.requires_grad))
        {
            exact = exact.Plus(Derivatives(a, b, exact));
        }

        return exact.to(x.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>√S with gradient 0, not NaN, where S is 0.</summary>
    internal static Tensor SquareRoot(Tensor squared)
    {
        // Not gt(0), which is false for NaN.
        var away = squared.IsNotZero();
        return where(away, where(away, squared, ones_like(squared)).sqrt(), zeros_like(squared));
    }

    /// <summary>A matrix of zeros with the derivatives of the squared distances: cdist itself has no second derivative.</summary>
    private static Tensor Derivatives(Tensor a, Tensor b, Tensor exact)
    {
        // With u and v the changes of x and y, both 0, ‖x + u − y − v‖² = ‖x − y‖² + 2⟨x − y, u − v⟩ + ‖u − v‖². The slope is
        // taken apart into products, which leave rounding of the size of ‖x‖ in x − y: where points coincide, the
        // derivative of a kernel is largest, and the rounding would exceed what far points are pulled by. So it is masked there.
        var (x, y) = (a.detach(), b.detach());
        var (u, v) = (a.requires_grad ? a - x : null, b.requires_grad ? b - y : null);
        Tensor slope, curvature;
        if (u is not null && v is not null)
        {
            slope = (u * x).sum(1, keepdim: true).Plus((v * y).sum(1)) - u.mm(y.t()) - x.mm(v.t());
            curvature = u.Squared().sum(1, keepdim: true).Plus(v.Squared().sum(1)) - u.mm(v.t()).Times(2);
        }
        else if (u is not null)
        {
            slope = (u * x).sum(1, keepdim: true) - u.mm(y.t());
            curvature = u.Squared().sum(1, keepdim: true);
        }
        else
        {
            slope = (v! * y).sum(1) - x.mm(v!.t());
            curvature = v.Squared().sum(1);
        }

        return where(exact.IsNotZero(), slope.Times(2), zeros_like(slope)).Plus(curvature);
    }
}
