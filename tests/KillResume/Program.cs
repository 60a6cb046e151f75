using System.Globalization;
using KillResume;

switch (args)
{
    case ["train", var folder, var epochs, var waitAt]:
        Training.Run(folder, int.Parse(epochs, CultureInfo.InvariantCulture), long.Parse(waitAt, CultureInfo.InvariantCulture));
        return 0;
    case ["write", var path, var value, var times]:
        try
        {
            Training.Save(path, int.Parse(value, CultureInfo.InvariantCulture), int.Parse(times, CultureInfo.InvariantCulture), () => Console.Out.WriteLine("written"));
            return 0;
        }
        catch (IOException e)
        {
            Console.Error.WriteLine(e.Message);
            return 4;
        }

    case ["prove", .. var rest] when AreNumbers(rest):
        return Check("kills", rest, 25, (folder, kills, seed) => Proof.Run(folder, kills, epochs: 30, seed, Console.WriteLine));
    case ["race", .. var rest] when AreNumbers(rest):
        return Check("writes", rest, 1000, (folder, writes, seed) => Race.Run(folder, writes, kills: 20, seed, Console.WriteLine));
    default:
        Console.Error.WriteLine("usage: KillResume prove [kills = 25] [seed]   kills and resumes a training process and compares the result with an uninterrupted one\n       KillResume race [writes = 1000] [seed]   two processes write one checkpoint path so often each, some are killed, and this one reads\n       KillResume train FOLDER EPOCHS STEP   a training process, which waits at the step to be killed\n       KillResume write PATH VALUE TIMES   a process that writes checkpoints whose weights all have the value");
        return 2;
}

static bool AreNumbers(string[] rest) => rest.Length <= 2 && rest.All(text => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _));

static int Check(string what, string[] rest, int usual, Action<string, int, int> run)
{
    var count = rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : usual;
    var seed = rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : Environment.TickCount;
    Console.WriteLine($"{count} {what}, seed {seed}");
    var folder = Directory.CreateTempSubdirectory("kill-resume-").FullName;
    try
    {
        run(folder, count, seed);
        return 0;
    }
    catch (ProofFailedException e)
    {
        Console.Error.WriteLine($"FAILED: {e.Message}");
        return 1;
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
}
