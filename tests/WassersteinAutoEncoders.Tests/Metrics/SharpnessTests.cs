using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Metrics;

public class SharpnessTests
{
    [Fact]
    public void A_single_bright_pixel_has_the_variance_of_the_filter()
    {
        // 5×5 with 1 in the middle: the 3×3 responses are the filter itself, sum 0, squares 16 + 4, over 9 values.
        using var scope = NewDisposeScope();
        var image = zeros([1, 1, 5, 5], dtype: float64);
        image[0, 0, 2, 2] = tensor(1.0);
        Assert.Equal(20.0 / 9, Sharpness.Mean(image), Tolerances.Float64);
    }

    [Fact]
    public void Colour_images_are_weighted_to_grey()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var grey = rand([2, 1, 6, 7], dtype: float64, generator: generator);
        Assert.Equal(Sharpness.Mean(grey) * 0.5870 * 0.5870, Sharpness.Mean(cat([zeros_like(grey), grey, zeros_like(grey)], 1)), Tolerances.Float64);
        Assert.Equal(Sharpness.Mean(grey) * 0.9999 * 0.9999, Sharpness.Mean(cat([grey, grey, grey], 1)), Tolerances.Float64);
    }

    [Fact]
    public void Ramps_have_none_contrast_counts_squared_and_each_image_stands_alone()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        var ramp = (arange(8, dtype: float64).unsqueeze(1) * 2 + arange(8, dtype: float64).unsqueeze(0) * 3 + 1).reshape(1, 1, 8, 8);
        var noise = randn([1, 1, 8, 8], dtype: float64, generator: generator);
        var values = TensorData.ToArray(Sharpness.PerImage(cat([ramp, noise, noise * 3 - 7], 0)));

        Assert.Equal(0, values[0], Tolerances.Float64);
        Assert.Equal(9 * values[1], values[2], Tolerances.Float64);
    }

    [Fact]
    public void It_agrees_with_a_convolution_on_float32()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var images = rand([4, 1, 9, 8], generator: generator);
        var filter = tensor(new float[] { 0, 1, 0, 1, -4, 1, 0, 1, 0 }).reshape(1, 1, 3, 3);
        var response = nn.functional.conv2d(images, filter).reshape(4, -1);
        var expected = (response * response).mean([1L]) - response.mean([1L]) * response.mean([1L]);
        Assert.True(Sharpness.PerImage(images).allclose(expected, Tolerances.Float32, Tolerances.Float32));
    }

    [Theory]
    [InlineData(1, 28, 28)]
    [InlineData(2, 2, 8, 8)]
    [InlineData(2, 1, 2, 8)]
    [InlineData(0, 1, 8, 8)]
    public void Wrong_shapes_are_named(params int[] shape)
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>("images", () => Sharpness.PerImage(zeros(shape.Select(s => (long)s).ToArray())));
    }
}
