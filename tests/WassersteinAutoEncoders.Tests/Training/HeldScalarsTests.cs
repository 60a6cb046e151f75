using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>Numbers beside tensors keep their value while another thread collects garbage.</summary>
public class HeldScalarsTests
{
    [Fact]
    public void Numbers_are_the_same_while_another_thread_collects()
    {
        using var stop = new CancellationTokenSource();
        var collecting = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0, GCCollectionMode.Forced, blocking: true);
            }
        });
        collecting.Start();
        var wrong = 0;
        using (var x = ones(1, dtype: ScalarType.Float64))
        {
            for (var i = 0; i < 5_000; i++)
            {
                using var y = x.Times(0.375).Plus(i).Over(2).AtLeast(-1);
                wrong += Scalars.Read(y) == (0.375 + i) / 2 ? 0 : 1;
                y.Overwrite(i);
                y.Multiply(3);
                y.Add(x, -1);
                wrong += Scalars.Read(y) == 3.0 * i - 1 ? 0 : 1;
            }
        }

        stop.Cancel();
        collecting.Join();
        Assert.Equal(0, wrong);
    }
}
