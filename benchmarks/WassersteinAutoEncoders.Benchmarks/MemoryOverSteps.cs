using System.Diagnostics;
using System.Globalization;
using System.Text;
using TorchSharp;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;

namespace WassersteinAutoEncoders.Benchmarks;

/// <summary>What the process holds over many steps of the demonstration's MLP.</summary>
internal static class MemoryOverSteps
{
    /// <summary>Takes the steps and writes a table with a row for each tenth of them.</summary>
    public static string Table(int steps)
    {
        torch.set_num_threads(1);
        var (encoder, decoder) = Networks.Mlp(8);
        var prior = new GaussianPrior(8);
        var options = new WaeTrainerOptions { Cost = new SquaredErrorCost(factor: 0.05), Lambda = 10 };
        using var trainer = new WaeTrainer(encoder, decoder, prior, new MmdDivergence(ImqKernel.ForPrior(prior), MmdEstimator.Unbiased), options);
        using var batch = torch.rand(128, 784);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Memory over {steps:N0} steps\n\nWritten by `dotnet run --project benchmarks/WassersteinAutoEncoders.Benchmarks -c Release -- memory --steps {steps}` on {DateTime.UtcNow:yyyy-MM-dd}. MLP 784-200-200-200-8 and back, batch 128, one thread.\n\n");
        text.Append("| steps | resident, MiB | live tensors | managed heap, MiB | managed bytes allocated a step |\n| ---: | ---: | ---: | ---: | ---: |\n");
        var every = Math.Max(1, steps / 10);
        for (var done = 0; done < steps; done += every)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < every; i++)
            {
                trainer.Step(batch);
            }

            var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / every;
            using var process = Process.GetCurrentProcess();
            text.Append(CultureInfo.InvariantCulture, $"| {done + every:N0} | {process.WorkingSet64 / 1048576.0:0.0} | {torch.Tensor.TotalCount} | {GC.GetTotalMemory(forceFullCollection: false) / 1048576.0:0.0} | {allocated:N0} |\n");
        }

        return text.ToString();
    }
}
