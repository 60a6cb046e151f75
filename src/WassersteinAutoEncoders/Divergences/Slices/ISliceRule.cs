using System.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences.Slices;

/// <summary>A divergence of one slice: of points projected onto a direction, or onto the two axes of a plane.</summary>
internal interface ISliceRule
{
    /// <summary>The projections of a point in one slice: 1 for directions, 2 for planes.</summary>
    int Axes { get; }

    /// <summary>The value of one slice, whose derivative takes the place of the projections.</summary>
    /// <param name="codes">Projections of the codes, axis by axis: n for each. Receives the derivative in each of them.</param>
    /// <param name="samples">Projections of the prior samples, m for each axis; empty where the prior is integrated out.</param>
    double Differentiate<T>(Span<T> codes, ReadOnlySpan<T> samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The same for all slices by tensor operations, differentiable.</summary>
    /// <param name="codes"><c>[L·Axes, n]</c>.</param>
    /// <param name="samples"><c>[L·Axes, m]</c>, or <see langword="null"/> where the prior is integrated out.</param>
    /// <returns><c>[L]</c>.</returns>
    Tensor Compose(Tensor codes, Tensor? samples);
}
