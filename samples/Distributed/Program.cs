using System.CommandLine;
using System.Runtime.InteropServices;
using WassersteinAutoEncoders.Distributed;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Samples.Data;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Observers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

var epochs = new Option<int>("--epochs") { DefaultValueFactory = _ => 5 };
var batch = new Option<int>("--batch") { DefaultValueFactory = _ => 256, Description = "Pictures of a batch, of all processes together." };
var folder = new Option<string?>("--data-dir", "--data") { Description = "A folder with MNIST, or \"digits\" for generated ones." };
var output = new Option<string>("--output", "--out") { DefaultValueFactory = _ => "out/distributed", Description = "A folder that all machines see." };
var command = new RootCommand("mpirun -n 4 dotnet Distributed.dll: trains a Wasserstein auto-encoder in several processes.") { epochs, batch, folder, output };
command.SetAction(line => MpiProcesses.Run(processes => Train(processes, line.GetValue(epochs), line.GetValue(batch), line.GetValue(folder), line.GetValue(output)!)));
return command.Parse(args).Invoke();

static void Train(MpiProcesses processes, int epochs, int batch, string? folder, string output)
{
    // All processes read all pictures; each takes its rows of every batch. The weights of process 0 count.
    set_num_threads(1);
    using var pictures = MnistData.LoadOrGenerate(folder, text => Console.Error.WriteLine(text)).Train.ToTensor();
    var batches = new TensorBatcher(pictures, batch, seed: 1, processes: processes);
    using var encoder = Sequential(Flatten(), Linear(784, 400), ReLU(), Linear(400, 200), ReLU(), Linear(200, 8));
    using var decoder = Sequential(Linear(8, 200), ReLU(), Linear(200, 400), ReLU(), Linear(400, 784), Sigmoid(), Unflatten(1, [1, 28, 28]));
    using var trainer = new WaeTrainer(encoder, decoder, new GaussianPrior(8), new MmdDivergence(), new WaeTrainerOptions { Processes = processes });
    var checkpoints = Path.Combine(output, "checkpoints");
    CheckpointFolder.Resume(trainer, checkpoints);

    // Slurm and Kubernetes ask to end before they kill: the step in progress is finished, and a last checkpoint written.
    using var stop = new CancellationTokenSource();
    using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => (signal.Cancel, _) = (true, stop.CancelAsync()));
    var saving = new CheckpointObserver(checkpoints);
    trainer.Fit(batches, epochs, new FitOptions { Observers = processes.Rank == 0 ? [saving, new ConsoleObserver()] : [saving] }, stop.Token);
    if (processes.Rank == 0)
    {
        trainer.Model.SaveWeights(Path.Combine(output, "weights.safetensors"));
    }
}
