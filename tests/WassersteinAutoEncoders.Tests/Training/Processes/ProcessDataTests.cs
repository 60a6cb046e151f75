using WassersteinAutoEncoders.Training.Data;
using static TorchSharp.torch;
using static WassersteinAutoEncoders.Tests.Training.Processes.ProcessRuns;

namespace WassersteinAutoEncoders.Tests.Training.Processes;

/// <summary>Each process has its rows of the same batches.</summary>
public class ProcessDataTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    public void The_parts_of_the_batches_are_the_batches(int size)
    {
        using var data = arange(0, 45, dtype: ScalarType.Float64).reshape(45, 1);
        var whole = Rows(null).ToList();
        var parts = Together(size, group => Rows(group).ToList());

        Assert.Equal([20, 20, 5], whole.Select(b => b.Length));
        for (var i = 0; i < whole.Count; i++)
        {
            Assert.Equal(whole[i], parts.SelectMany(p => p[i]));
            Assert.True(parts.Max(p => p[i].Length) - parts.Min(p => p[i].Length) <= 1);
        }

        IEnumerable<double[]> Rows(TurnGroup? group)
        {
            foreach (var batch in new TensorBatcher(data, 20, seed: 4, processes: group, transform: (b, _) => b.alias()).Epoch(3))
            {
                using (batch)
                {
                    yield return batch.numel() == 0 ? [] : batch.data<double>().ToArray();
                }
            }
        }
    }
}
