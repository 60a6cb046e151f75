using TorchSharp;

namespace WassersteinAutoEncoders.Training.Observers.TensorBoard;

/// <summary>Which values of a picture are black and white.</summary>
/// <param name="Black">The value shown as black; 0 by default.</param>
/// <param name="White">The value shown as white, another than <paramref name="Black"/>; 1 by default. Pictures scaled to [−1, 1] have −1 and 1.</param>
public sealed record PixelRange(double Black = 0, double White = 1)
{
    /// <summary>(x − black) / (white − black): from a picture's values to those of <see cref="ImageSummary"/>.</summary>
    internal torch.Tensor Normalize(torch.Tensor pixels) => (pixels - Black) / (White - Black);

    internal static PixelRange Check(PixelRange? range)
    {
        range ??= new PixelRange();
        if (!double.IsFinite(range.Black) || !double.IsFinite(range.White) || range.Black == range.White)
        {
            throw new ArgumentException($"Black and white should be finite and differ; they are {range.Black} and {range.White}. Pass the values that are drawn black and white, such as 0 and 1.", nameof(range));
        }

        return range;
    }
}
