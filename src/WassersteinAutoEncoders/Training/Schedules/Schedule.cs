namespace WassersteinAutoEncoders.Training.Schedules;

/// <summary>A hyper-parameter that changes in the course of training: a learning rate, or the factor λ of the penalty. A number converts to one that stays.</summary>
/// <remarks>
/// Most schedules are pure functions of step and epoch, so that a resumed run needs nothing but those two numbers.
/// One that reacts to the run overrides <see cref="StepTaken"/> or <see cref="EpochCompleted"/> and implements
/// <see cref="IResumable"/>, by which checkpoints hold its state; such an instance belongs to one trainer.
/// </remarks>
public abstract class Schedule
{
    /// <summary>The value that the next step uses.</summary>
    /// <param name="step">Optimizer steps done so far, ≥ 0.</param>
    /// <param name="epoch">Epochs completed so far, ≥ 0.</param>
    /// <returns>The value, finite and ≥ 0.</returns>
    public abstract double Value(long step, int epoch);

    /// <summary>Called once after each optimizer step; does nothing unless overridden. Reading the result's values waits for the device; a schedule reads them as rarely as it can.</summary>
    /// <param name="step">Optimizer steps done, this one included.</param>
    /// <param name="result">The step's terms; valid only during the call.</param>
    public virtual void StepTaken(long step, WaeStepResult result)
    {
    }

    /// <summary>Called once after each epoch; does nothing unless overridden.</summary>
    /// <param name="epoch">Epochs completed, this one included.</param>
    /// <param name="metrics">Means over the epoch.</param>
    public virtual void EpochCompleted(int epoch, IReadOnlyList<Metric> metrics)
    {
    }

    /// <summary>The same value throughout.</summary>
    /// <param name="value">The value, finite and ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is negative or not finite.</exception>
    public static implicit operator Schedule(double value) => Constant(value);

    /// <summary>A function of steps and epochs done so far.</summary>
    /// <param name="value">(step, epoch) ↦ a value, finite and ≥ 0.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentNullException">The function is missing.</exception>
    public static Schedule Of(Func<long, int, double> value) => new FunctionSchedule(value);

    /// <summary>The same value throughout.</summary>
    /// <param name="value">The value, finite and ≥ 0.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is negative or not finite.</exception>
    public static Schedule Constant(double value) => new ConstantSchedule(value);

    /// <summary>initial · factor^⌊t / every⌋: for instance halved every 30 epochs, as the review does.</summary>
    /// <param name="initial">The first value, finite and ≥ 0.</param>
    /// <param name="factor">What the value is multiplied with each time, finite and &gt; 0.</param>
    /// <param name="every">How many epochs or steps a value lasts, ≥ 1.</param>
    /// <param name="unit">Whether t counts epochs (the default) or steps.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static Schedule StepDecay(double initial, double factor, long every, ScheduleUnit unit = ScheduleUnit.Epochs) => new StepDecaySchedule(initial, factor, every, unit);

    /// <summary>A value that is multiplied with a factor at each of several moments and stays so: initial · Π factorᵢ over all i with momentᵢ ≤ t.</summary>
    /// <param name="initial">The first value, finite and ≥ 0.</param>
    /// <param name="milestones">After how many epochs (≥ 0, increasing) the value is multiplied with which factor (finite, &gt; 0).</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentException">The milestones are not increasing, or an argument is outside its range.</exception>
    public static Schedule Milestones(double initial, params IReadOnlyList<(long At, double Factor)> milestones) => new MilestoneSchedule(initial, milestones);

    /// <summary>A value that is multiplied with a factor at each of several moments and stays so: initial · Π factorᵢ over all i with momentᵢ ≤ t.</summary>
    /// <param name="initial">The first value, finite and ≥ 0.</param>
    /// <param name="unit">Whether moments are counts of epochs or of steps.</param>
    /// <param name="milestones">After how many of them (≥ 0, increasing) the value is multiplied with which factor (finite, &gt; 0).</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentException">The milestones are not increasing, or an argument is outside its range.</exception>
    public static Schedule Milestones(double initial, ScheduleUnit unit, params IReadOnlyList<(long At, double Factor)> milestones) => new MilestoneSchedule(initial, unit, milestones);

    /// <summary>initial · factor^t.</summary>
    /// <param name="initial">The first value, finite and ≥ 0.</param>
    /// <param name="factor">What the value is multiplied with each epoch or step, in (0, 1] to decay.</param>
    /// <param name="unit">Whether t counts epochs (the default) or steps.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static Schedule Exponential(double initial, double factor, ScheduleUnit unit = ScheduleUnit.Epochs) => new ExponentialSchedule(initial, factor, unit);

    /// <summary>A linear rise to a peak, then half a cosine down to a floor, where it stays.</summary>
    /// <remarks>
    /// peak · (t + 1) / (w + 1) for t &lt; w; then floor + ½ (peak − floor) (1 + cos(π · min(1, (t − w) / (T − w)))).
    /// Source of the second part: Loshchilov and Hutter, "SGDR", ICLR 2017, equation (5), without restarts.
    /// </remarks>
    /// <param name="peak">The highest value, finite and ≥ 0.</param>
    /// <param name="total">T, after how many steps or epochs the floor is reached, ≥ 1.</param>
    /// <param name="warmup">w, how long the rise takes, ≥ 0 and less than <paramref name="total"/>; 0 by default.</param>
    /// <param name="floor">The last value, ≥ 0 and at most <paramref name="peak"/>; 0 by default.</param>
    /// <param name="unit">Whether t counts steps (the default) or epochs.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static Schedule Cosine(double peak, long total, long warmup = 0, double floor = 0, ScheduleUnit unit = ScheduleUnit.Steps) => new CosineSchedule(peak, total, warmup, floor, unit);

    /// <summary>A straight line from one value to another, flat before and after: for instance λ raised slowly once reconstructions have formed.</summary>
    /// <remarks>from + (to − from) · clamp((t − delay) / length, 0, 1).</remarks>
    /// <param name="from">The first value, finite and ≥ 0.</param>
    /// <param name="to">The last value, finite and ≥ 0.</param>
    /// <param name="length">How many steps or epochs the change takes, ≥ 1.</param>
    /// <param name="delay">How many pass before it begins, ≥ 0; 0 by default.</param>
    /// <param name="unit">Whether t counts steps (the default) or epochs.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static Schedule Ramp(double from, double to, long length, long delay = 0, ScheduleUnit unit = ScheduleUnit.Steps) => new RampSchedule(from, to, length, delay, unit);

    /// <summary>A fall by a given ratio over the whole training, a little each epoch: initial · ratio^(−min(e + 1, E) / E) in epoch e = 0, 1, …, E − 1.</summary>
    /// <remarks>With ratio 100 and E = 50 the rule of the official code for CelebA ("manual_smooth"), which divides already before the first epoch.</remarks>
    /// <param name="initial">The value before the first division, finite and ≥ 0.</param>
    /// <param name="epochs">E, ≥ 1.</param>
    /// <param name="ratio">By how much the value has fallen in the last epoch, ≥ 1; 100 by default.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static Schedule SmoothDecay(double initial, int epochs, double ratio = 100) => new SmoothDecaySchedule(initial, epochs, ratio);

    /// <summary>A value that falls when a metric stops improving.</summary>
    /// <remarks>
    /// An epoch improves when its metric is below best − threshold · |best|. After more than <c>patience</c> epochs in a row
    /// without improvement the value is multiplied with <c>factor</c>, not below <c>minimum</c>, and the counting begins anew.
    /// Epochs up to <c>warmup</c> are not counted. Has a state; use one instance for one trainer.
    /// </remarks>
    /// <param name="initial">The first value, finite and ≥ 0.</param>
    /// <param name="factor">What the value is multiplied with, in (0, 1); 1/1.4 by default, as in the official code.</param>
    /// <param name="patience">How many epochs without improvement are borne, ≥ 0; 10 by default.</param>
    /// <param name="threshold">The relative improvement that counts, in [0, 1); 1e-4 by default.</param>
    /// <param name="minimum">The lowest value, finite and ≥ 0; 0 by default.</param>
    /// <param name="warmup">How many first epochs are not counted, ≥ 0; 0 by default, 30 in the official code.</param>
    /// <param name="metric">The metric, lower being better: <c>loss/total</c> by default, or for instance <c>validation/total</c> where there are validation batches.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static Schedule Plateau(double initial, double factor = 1 / 1.4, int patience = 10, double threshold = 1e-4, double minimum = 0, int warmup = 0, string metric = "loss/total") => new PlateauSchedule(initial, factor, patience, threshold, minimum, warmup, metric);

    /// <summary>A controller that holds λ · |penalty| at a given ratio of the reconstruction cost.</summary>
    /// <remarks>
    /// Each <c>interval</c> steps it reads the step's terms r and p, smooths them, r̄ ← ½r̄ + ½r and p̄ ← ½p̄ + ½|p|, and
    /// moves λ in the logarithm: λ ← clamp(λ · (target · r̄ / (λ · p̄))^gain, minimum, maximum). With gain 1 it jumps to the
    /// target, with less it approaches it geometrically. A reading that is not finite, or a penalty of 0, changes nothing.
    /// Has a state; use one instance for one trainer.
    /// </remarks>
    /// <param name="initial">The first λ, finite and &gt; 0.</param>
    /// <param name="target">The ratio λ · |penalty| / reconstruction to hold, finite and &gt; 0; 0.1 by default.</param>
    /// <param name="gain">How much of the way a correction goes, in (0, 1]; 0.1 by default.</param>
    /// <param name="interval">After how many steps it corrects, ≥ 1; 10 by default.</param>
    /// <param name="minimum">The lowest λ, finite and &gt; 0; 1e-3 by default.</param>
    /// <param name="maximum">The highest λ, at least <paramref name="minimum"/>; 1e6 by default.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static Schedule Ratio(double initial, double target = 0.1, double gain = 0.1, int interval = 10, double minimum = 1e-3, double maximum = 1e6) => new RatioLambda(initial, target, gain, interval, minimum, maximum);

    /// <summary>The official code's adaptive rule for λ ("lambda_schedule = adaptive"): after each 1,000th step, λ ← ½λ + ½ · reconstruction / |penalty| of that step.</summary>
    /// <remarks>
    /// Drives λ · penalty towards the size of the reconstruction cost. A step whose penalty is exactly 0, or whose terms are
    /// not finite, changes nothing. Reads from the device only in the steps that change λ. Has a state; use one instance for one trainer.
    /// Source: tolstikhin/wae, wae.py, method train.
    /// </remarks>
    /// <param name="initial">The first λ, finite and ≥ 0.</param>
    /// <param name="interval">After how many steps λ changes, ≥ 1; 1000 by default.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static Schedule OfficialAdaptive(double initial, int interval = 1000) => new OfficialAdaptiveLambda(initial, interval);

    /// <summary>The authors' schedule for MNIST (tolstikhin/wae, "manual"): divided by 2 after 30 epochs, by another 5 after 50, by another 10 after 100.</summary>
    /// <param name="initial">The first value, finite and ≥ 0; 1e-3 by default, 5e-4 for the critic.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="initial"/> is negative or not finite.</exception>
    public static Schedule OfficialMnist(double initial = 1e-3) => Milestones(initial, (30, 1 / 2.0), (50, 1 / 5.0), (100, 1 / 10.0));

    /// <summary>The authors' schedule for CelebA ("manual_smooth"): falls by a factor of 100 over the training.</summary>
    /// <param name="initial">The value before the first division, finite and ≥ 0; 1e-3 for the MMD and 3e-4 for the adversary by the code's comment.</param>
    /// <param name="epochs">The number of epochs, ≥ 1; 50 by default.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static Schedule OfficialCelebA(double initial = 1e-3, int epochs = 50) => SmoothDecay(initial, epochs);
}

/// <summary>What a schedule counts.</summary>
public enum ScheduleUnit
{
    /// <summary>Completed epochs: the value changes between epochs only.</summary>
    Epochs,

    /// <summary>Optimizer steps.</summary>
    Steps,
}

/// <summary>Picks the time that a schedule counts.</summary>
internal static class ScheduleUnits
{
    public static double Time(this ScheduleUnit unit, long step, int epoch) => unit == ScheduleUnit.Steps ? step : epoch;
}
