namespace WassersteinAutoEncoders.Samples.Bakeoff;

/// <summary>What one contestant reached, on validation pictures.</summary>
/// <param name="Contestant">Who.</param>
/// <param name="Prior">The prior's name.</param>
/// <param name="Reconstruction">0.05·Σ(x−x̂)² an image.</param>
/// <param name="Divergences">Each divergence between the same validation codes and prior samples, by name.</param>
/// <param name="PValue">Of the permutation test that codes follow the prior.</param>
/// <param name="Sharpness">Of pictures decoded from the prior.</param>
/// <param name="Frechet">The Fréchet distance between features of decoded prior samples and of test pictures.</param>
/// <param name="MillisecondsPerStep">Training time a step.</param>
/// <param name="Mebibytes">The most memory the process held while it trained.</param>
/// <param name="Picture">A PNG of decoded prior samples.</param>
internal sealed record Measurement(
    Contestant Contestant,
    string Prior,
    double Reconstruction,
    IReadOnlyList<(string Name, double Value)> Divergences,
    double PValue,
    double Sharpness,
    double Frechet,
    double MillisecondsPerStep,
    double Mebibytes,
    byte[] Picture);
