using WassersteinAutoEncoders.Training.Schedules;

namespace WassersteinAutoEncoders.Tests.ArgumentErrors;

internal static class ScheduleMistakes
{
    public static IEnumerable<WrongUse> Rows =>
    [
        new(typeof(ConstantSchedule), "a negative value", () => _ = new ConstantSchedule(-1), "finite number of at least 0", "-1"),
        new(typeof(ConstantSchedule), "NaN", () => _ = new ConstantSchedule(double.NaN), "finite", "NaN"),
        new(typeof(CosineSchedule), "no steps", () => _ = new CosineSchedule(1, 0), "at least 1", "0"),
        new(typeof(CosineSchedule), "warm-up as long as the whole", () => _ = new CosineSchedule(1, 10, 10), "between 0 and 9", "10"),
        new(typeof(CosineSchedule), "a floor above the peak", () => _ = new CosineSchedule(1, 10, floor: 2), "between 0 and 1", "2"),
        new(typeof(ExponentialSchedule), "a growing factor", () => _ = new ExponentialSchedule(1, 1.5), "and 1", "1.5"),
        new(typeof(MilestoneSchedule), "milestones out of order", () => _ = new MilestoneSchedule(1, (30, 0.5), (20, 0.5)), "at least 31", "20"),
        new(typeof(MilestoneSchedule), "a factor of 0", () => _ = new MilestoneSchedule(1, (30, 0)), "greater than 0", "0"),
        new(typeof(OfficialAdaptiveLambda), "no interval", () => _ = new OfficialAdaptiveLambda(1, 0), "at least 1", "0"),
        new(typeof(PlateauSchedule), "a factor of 1", () => _ = new PlateauSchedule(1, factor: 1), "less than 1", "1"),
        new(typeof(PlateauSchedule), "negative patience", () => _ = new PlateauSchedule(1, patience: -1), "at least 0", "-1"),
        new(typeof(RampSchedule), "no length", () => _ = new RampSchedule(0, 1, 0), "at least 1", "0"),
        new(typeof(RampSchedule), "no such unit", () => _ = new RampSchedule(0, 1, 5, unit: (ScheduleUnit)9), "one of", "9"),
        new(typeof(RatioLambda), "a first value of 0", () => _ = new RatioLambda(0), "greater than 0", "0"),
        new(typeof(RatioLambda), "a gain above 1", () => _ = new RatioLambda(1, gain: 2), "between 0 and 1", "2"),
        new(typeof(SmoothDecaySchedule), "a ratio below 1", () => _ = new SmoothDecaySchedule(1, 10, 0.5), "between 1", "0.5"),
        new(typeof(StepDecaySchedule), "an infinite factor", () => _ = new StepDecaySchedule(1, double.PositiveInfinity, 30), "finite", "Infinity"),
    ];
}
