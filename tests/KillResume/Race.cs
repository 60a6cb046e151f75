using System.Diagnostics;
using System.Globalization;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace KillResume;

/// <summary>Two processes write one checkpoint path again and again, this one reads it all the while and kills a writer (SIGKILL) now and then.</summary>
public static class Race
{
    /// <summary>Runs the race in an empty folder; every read must give one writer's whole checkpoint.</summary>
    /// <param name="folder">Where the checkpoint is written.</param>
    /// <param name="writes">How many checkpoints each of the two writers finishes, those of its killed processes included.</param>
    /// <param name="kills">How many writers are killed; each is started again with what it had left to write.</param>
    /// <param name="seed">Chooses the writers and the moments.</param>
    /// <param name="report">Takes the figures.</param>
    /// <exception cref="ProofFailedException">A read gave something other than one writer's whole checkpoint, or a writer failed.</exception>
    public static void Run(string folder, int writes, int kills, int seed, Action<string> report)
    {
        var path = Path.Combine(folder, "shared.safetensors");
        Training.Save(path, value: 0);
        var random = new Random(seed);
        using Writer first = new(path, 1, writes), second = new(path, 2, writes);
        Writer[] writers = [first, second];
        var reads = new int[3];
        var killed = 0;
        while (writers.Any(writer => writer.IsAtWork))
        {
            reads[Read(path)]++;
            var written = writers.Sum(writer => writer.Written);
            var victim = writers[random.Next(2)];
            // Spread over the race; a writer that is still starting holds no file.
            if (killed < kills && victim.IsAtWork && victim.WrittenByThisProcess > 0 && written >= 2L * writes * (killed + 1) / (kills + 1))
            {
                Thread.SpinWait(random.Next(200_000));
                victim.Restart();
                killed++;
            }
        }

        foreach (var writer in writers)
        {
            writer.Finish();
        }

        reads[Read(path)]++;
        var left = Directory.GetFiles(folder).Length - 1;
        report($"{writers.Sum(writer => writer.Written)} checkpoints written to one path by two processes, {killed} kills ({left} in the middle of writing), {reads.Sum()} reads ({reads[0]}, {reads[1]} and {reads[2]} of the three writers): every one whole.");
    }

    /// <summary>Whose checkpoint it is; checksum, values and shapes are looked at.</summary>
    private static int Read(string path)
    {
        try
        {
            using var content = SafetensorsFile.Read(path);
            var values = content.Tensors.Where(tensor => Training.IsWeight(tensor.Key)).SelectMany(tensor => tensor.Value.data<float>().ToArray()).Distinct().ToArray();
            return content.Verified && values is [var value] && value is 0 or 1 or 2
                ? (int)value
                : throw new ProofFailedException($"A checkpoint holds the values {string.Join(", ", values.Take(5))}, expected those of one writer.");
        }
        catch (IOException e)
        {
            throw new ProofFailedException($"A checkpoint could not be read: {e.Message}");
        }
        catch (InvalidDataException e)
        {
            throw new ProofFailedException($"A checkpoint was torn: {e.Message}");
        }
    }

    private sealed class Writer : IDisposable
    {
        private readonly string _path;
        private readonly int _value;
        private readonly int _writes;
        private Process _process;
        private int _before;
        private int _current;

        public Writer(string path, int value, int writes)
        {
            (_path, _value, _writes) = (path, value, writes);
            _process = Start();
        }

        /// <summary>Checkpoints that are known to be finished.</summary>
        public int Written => _before + WrittenByThisProcess;

        public int WrittenByThisProcess => Volatile.Read(ref _current);

        public bool IsAtWork => !_process.HasExited;

        public void Restart()
        {
            _process.Kill();
            _process.WaitForExit();
            _before += _current;
            _current = 0;
            _process.Dispose();
            _process = Start();
        }

        public void Finish()
        {
            _process.WaitForExit();
            if (_process.ExitCode != 0 || Written != _writes)
            {
                throw new ProofFailedException($"Writer {_value} ended with {_process.ExitCode} after {Written} of {_writes} checkpoints.");
            }
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            _process.Dispose();
        }

        private Process Start()
        {
            string[] arguments = ["write", _path, .. new[] { _value, _writes - _before }.Select(number => number.ToString(CultureInfo.InvariantCulture))];
            var process = Proof.StartSelf(arguments);
            process.OutputDataReceived += (_, line) =>
            {
                if (line.Data is not null)
                {
                    Interlocked.Increment(ref _current);
                }
            };
            process.BeginOutputReadLine();
            return process;
        }
    }
}
