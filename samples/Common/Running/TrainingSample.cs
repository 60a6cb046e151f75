using WassersteinAutoEncoders.Samples.CommandLine;

namespace WassersteinAutoEncoders.Samples.Running;

/// <summary>The sample that trains one auto-encoder on pictures, measures it on validation ones and leaves pictures to look at.</summary>
public static class TrainingSample
{
    /// <summary>Runs a command line.</summary>
    /// <param name="arguments">What the user typed.</param>
    /// <param name="description">One line of what the sample does.</param>
    /// <param name="dataset">The data it trains on unless told otherwise.</param>
    /// <returns>0, 1 for a failure, 2 for a mistake in the command line, 130 when interrupted.</returns>
    public static int Run(string[] arguments, string description, DatasetKind dataset)
    {
        var command = new TrainingCommand(description, dataset);
        return SampleHost.Run(command.Root, TrainingCommand.Translate(arguments), command.Read, static (settings, token) => new TrainingRun(settings, new SampleConsole(), token).Run());
    }
}
