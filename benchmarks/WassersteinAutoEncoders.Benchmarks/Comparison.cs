namespace WassersteinAutoEncoders.Benchmarks;

/// <summary>One piece of work, done here and by another.</summary>
/// <param name="Name">What is done, in words.</param>
/// <param name="Ours">Makes our side; the result is called once a round.</param>
/// <param name="Other">The other side; <see langword="null"/> where PyTorch would run out of memory.</param>
/// <param name="Target">The ratio of times (theirs to ours) that is aimed at, if one is.</param>
/// <param name="Threads">Threads on both sides.</param>
internal sealed record Comparison(string Name, Func<Action> Ours, Other? Other, double? Target = null, int Threads = 1);
