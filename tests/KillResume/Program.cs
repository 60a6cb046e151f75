using System.Globalization;
using KillResume;

switch (args)
{
    case ["train", var folder, var epochs, var waitAt]:
        Training.Run(folder, int.Parse(epochs, CultureInfo.InvariantCulture), long.Parse(waitAt, CultureInfo.InvariantCulture));
        return 0;
    case ["prove", .. var rest] when rest.Length <= 2 && rest.All(text => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _)):
        var kills = rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 25;
        var seed = rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : Environment.TickCount;
        Console.WriteLine($"{kills} kills, seed {seed}");
        var folderOfProof = Directory.CreateTempSubdirectory("kill-resume-").FullName;
        try
        {
            Proof.Run(folderOfProof, kills, epochs: 30, seed, Console.WriteLine);
            return 0;
        }
        catch (ProofFailedException e)
        {
            Console.Error.WriteLine($"FAILED: {e.Message}");
            return 1;
        }
        finally
        {
            Directory.Delete(folderOfProof, recursive: true);
        }
    default:
        Console.Error.WriteLine("usage: KillResume prove [kills = 25] [seed]   kills and resumes a training process and compares the result with an uninterrupted one\n       KillResume train FOLDER EPOCHS STEP   that process, which waits at the step to be killed");
        return 2;
}
