using TorchSharp;
using WassersteinAutoEncoders.Samples.Data;

namespace WassersteinAutoEncoders.Samples.Tests.Data;

public class ImageSetTests
{
    private static readonly ImageSet Set = new([.. Enumerable.Range(0, 2 * 3 * 4 * 4).Select(i => (byte)i)], [1, 2], 3, 4, 4);

    [Fact]
    public void Black_is_0_and_white_1()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Equal([0f, 1f], new ImageSet([0, 255], [0], 1, 1, 2).ToTensor().data<float>().ToArray());
        Assert.Equal([2, 3, 4, 4], Set.ToTensor().shape);
        Assert.Equal([1L, 2L], Set.LabelsToTensor().data<long>().ToArray());
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
        => Assert.Throws<ArgumentException>(() => new ImageSet(new byte[10], new byte[1], 1, 3, 3));

    [Fact]
    public void Thinning_takes_pictures_from_all_over_the_set()
    {
        var set = new ImageSet([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5], 1, 1, 1);
        Assert.Equal([0, 2, 4], set.Thin(3).Labels);
        Assert.Equal([0, 1, 3, 4], set.Thin(4).Pixels.ToArray());
        Assert.Same(set, set.Thin(7));
    }
}
