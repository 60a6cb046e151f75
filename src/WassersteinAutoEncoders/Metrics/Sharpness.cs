using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Metrics;

/// <summary>The sharpness of images: the variance of their response to a Laplacian filter.</summary>
/// <remarks>
/// As in the paper (appendix D) and the authors' code: the image is turned to grey (0.2989 R + 0.5870 G + 0.1140 B),
/// convolved with [[0, 1, 0], [1, −4, 1], [0, 1, 0]] without padding, and the variance (divisor: number of responses) of
/// the result is taken over the image. Blurred images have small values, noise has large ones: compare with the value
/// of real images of the same range. Scaling an image by a scales it by a²; an added constant changes nothing, so
/// [−1, 1] images are four times as sharp as the same ones in [0, 1].
/// </remarks>
public static class Sharpness
{
    /// <summary>The sharpness of each image.</summary>
    /// <param name="images">Images, <c>[n, c, h, w]</c> with c = 1 or 3 channels and h, w ≥ 3, float32 or float64, finite.</param>
    /// <returns><c>[n]</c>, of the same element type and on the same device, without gradient.</returns>
    /// <exception cref="ArgumentException">The shape or element type does not fit.</exception>
    public static Tensor PerImage(Tensor images)
    {
        Guard.CheckTensor(images, nameof(images));
        if (images.dim() != 4 || images.shape[0] < 1 || images.shape[1] is not (1 or 3) || images.shape[2] < 3 || images.shape[3] < 3)
        {
            throw new ArgumentException($"Expected images of shape [n, 1 or 3, h ≥ 3, w ≥ 3], but '{nameof(images)}' has shape {Guard.Shape(images)}. Put channels second; reshape flat images with reshape(n, 1, h, w).", nameof(images));
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var plain = images.detach();
        var grey = plain.shape[1] == 1
            ? plain.select(1, 0)
            : plain.select(1, 0).Times(0.2989).Plus(plain.select(1, 1).Times(0.5870)).Plus(plain.select(1, 2).Times(0.1140));
        var (h, w) = (grey.shape[1], grey.shape[2]);

        // The filter has five entries: shifted views say it more cheaply than a convolution.
        var response = View(0, 1).Plus(View(2, 1)).Plus(View(1, 0)).Plus(View(1, 2)) - View(1, 1).Times(4);
        var centred = response - response.mean([1L, 2L], keepdim: true);
        return (centred * centred).mean([1L, 2L]).MoveToOuterDisposeScope();

        Tensor View(long row, long column) => grey.slice(1, row, h - 2 + row, 1).slice(2, column, w - 2 + column, 1);
    }

    /// <summary>The mean sharpness of a set of images, the paper's figure.</summary>
    /// <param name="images">Images, <c>[n, c, h, w]</c> with c = 1 or 3 and h, w ≥ 3.</param>
    /// <returns>The mean of <see cref="PerImage"/>, ≥ 0.</returns>
    /// <exception cref="ArgumentException">The shape or element type does not fit.</exception>
    public static double Mean(Tensor images)
    {
        using var scope = NewDisposeScope();
        return Scalars.Read(PerImage(images).mean());
    }
}
