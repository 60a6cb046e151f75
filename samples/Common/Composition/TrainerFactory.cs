using WassersteinAutoEncoders.Samples.CommandLine;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Optimizers;
using WassersteinAutoEncoders.Training.Schedules;

namespace WassersteinAutoEncoders.Samples.Composition;

/// <summary>The trainer's options as a command line asks for them.</summary>
internal static class TrainerFactory
{
    /// <summary>The options.</summary>
    /// <param name="settings">What is asked for.</param>
    public static WaeTrainerOptions Options(TrainingSettings settings) => new()
    {
        Cost = Composer.Cost(settings.Cost),
        Lambda = settings.Lambda,
        LearningRate = LearningRate(settings.Schedule, settings.LearningRate),
        Critic = new CriticOptions { LearningRate = LearningRate(settings.Schedule, settings.LearningRate * settings.CriticRate) },
        Optimizer = new AdamFactory(settings.Beta1),
        Pretraining = settings.Pretrain ? new EncoderPretraining() : null,
        EncoderNoise = settings.Encoder == EncoderKind.Noisy ? new TruncatedGaussianNoise(0.01) : null,
        Seed = settings.Seed,
        // At a constant learning rate the last steps' noise stands in the weights, and most visibly in the mean of the codes.
        EmaDecay = 0.999,
    };

    private static Schedule LearningRate(ScheduleKind kind, double initial) => kind switch
    {
        ScheduleKind.Official => Schedule.OfficialMnist(initial),
        ScheduleKind.Review => Schedule.StepDecay(initial, 0.5, 30),
        _ => Schedule.Constant(initial),
    };
}
