using System.Globalization;
using DistributedWorker;
using WassersteinAutoEncoders.Distributed;

// One of the processes of a test: mpirun starts several, and without it there is one alone.
TorchSharp.torch.set_num_threads(1);
switch (args)
{
    case ["alone", var output]:
        Work.Compare(null, output, int.MaxValue);
        return 0;
    case ["compare", var output, var count]:
        return MpiProcesses.Run(processes => Work.Compare(processes, output, int.Parse(count, CultureInfo.InvariantCulture)));
    case ["exchange"]:
        return MpiProcesses.Run(Work.Exchange);
    case ["train", var folder, var output, var epochs, var pause]:
        return MpiProcesses.Run(processes => Work.Train(processes, folder, output, int.Parse(epochs, CultureInfo.InvariantCulture), int.Parse(pause, CultureInfo.InvariantCulture)));
    case ["fail", var where, var folder]:
        return MpiProcesses.Run(processes => Work.Fail(processes, where, folder));
    case ["measure", var batch, var units, var steps]:
        return Environment.GetEnvironmentVariable("PMI_RANK") is null
            ? Work.Measure(null, batch, units, steps)
            : MpiProcesses.Run(processes => Work.Measure(processes, batch, units, steps));
    case ["seam"]:
        return MpiProcesses.Run(Work.Seam);
    case ["parts", var batch, var dimension, var seconds]:
        Parts.Table(int.Parse(batch, CultureInfo.InvariantCulture), int.Parse(dimension, CultureInfo.InvariantCulture), double.Parse(seconds, CultureInfo.InvariantCulture));
        return 0;
    case ["network", var largest]:
        return MpiProcesses.Run(processes => Work.Network(processes, int.Parse(largest, CultureInfo.InvariantCulture)));
    case ["prove", var processes, var kills, var seed]:
        return Proof.Run(int.Parse(processes, CultureInfo.InvariantCulture), int.Parse(kills, CultureInfo.InvariantCulture), int.Parse(seed, CultureInfo.InvariantCulture));
    default:
        Console.Error.WriteLine("usage: DistributedWorker alone OUTPUT | compare OUTPUT COUNT | exchange | train FOLDER OUTPUT EPOCHS PAUSE | fail WHERE FOLDER | measure BATCH UNITS STEPS | seam | parts BATCH DIMENSION SECONDS | network BYTES | prove PROCESSES KILLS SEED");
        return 2;
}
