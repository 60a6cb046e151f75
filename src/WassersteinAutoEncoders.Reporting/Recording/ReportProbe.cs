using System.Runtime.CompilerServices;
using TorchSharp;
using WassersteinAutoEncoders.Priors;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>What a report asks the model after every epoch. Each part may be left out; the panels that need it are then left out too.</summary>
/// <param name="Prior">The prior the model is trained for.</param>
public sealed record ReportProbe(IPrior Prior)
{
    /// <summary>Images to reconstruct; with it come samples, interpolations and, for two latent dimensions, the manifold.</summary>
    public ImageProbe? Images { get; init; }

    /// <summary>Inputs whose codes are drawn and compared with the prior.</summary>
    public CodeProbe? Codes { get; init; }
}

/// <summary>A few fixed images that are reconstructed after every epoch.</summary>
/// <param name="Images">As the encoder takes them, <c>[n, …]</c>, on the model's device, n ≥ 1; at least two for interpolations. Of them the first <see cref="ReportOptions.MaxImages"/> are used. Remains the caller's and must live as long as the run.</param>
/// <param name="Shape">The shape of an image; what the decoder gives is viewed in it, so flat outputs <c>[n, c·h·w]</c> are fine.</param>
/// <param name="Range">The values of black and full intensity, of images and decoder outputs alike.</param>
public sealed record ImageProbe(torch.Tensor Images, ImageShape Shape, PixelRange Range)
{
    /// <summary>Turns what the decoder gives into pixel values, for instance a sigmoid where the decoder gives logits; nothing when <see langword="null"/>.</summary>
    public Func<torch.Tensor, torch.Tensor>? Output { get; init; }

    /// <summary>Whether it is the same object: tensors have no equality of values.</summary>
    public bool Equals(ImageProbe? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}

/// <summary>The shape of one image.</summary>
/// <param name="Channels">1 grey or 3 RGB.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Width">In pixels.</param>
public readonly record struct ImageShape(long Channels, long Height, long Width);

/// <summary>Fixed validation inputs whose codes are drawn after every epoch and compared with the prior.</summary>
/// <param name="Inputs">As the encoder takes them, <c>[n, …]</c>, on the model's device; about a thousand show a distribution well. Of them the first <see cref="ReportOptions.MaxCodes"/> are used. Remains the caller's and must live as long as the run.</param>
/// <param name="Labels">The class of each input, ≥ 0, by which dots are coloured; <see langword="null"/> where there are no classes.</param>
/// <param name="ClassNames">The names of classes 0, 1, …; their numbers when <see langword="null"/>.</param>
public sealed record CodeProbe(torch.Tensor Inputs, IReadOnlyList<int>? Labels = null, IReadOnlyList<string>? ClassNames = null)
{
    /// <summary>The names of classes 0, 1, …; their numbers when <see langword="null"/>.</summary>
    public IReadOnlyList<string>? ClassNames { get; init => field = CheckNames(value); } = CheckNames(ClassNames);

    /// <summary>Whether it is the same object: tensors have no equality of values.</summary>
    public bool Equals(CodeProbe? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    private static IReadOnlyList<string>? CheckNames(IReadOnlyList<string>? names) => names is null ? null : Guard.CheckItems(names, nameof(ClassNames));
}

/// <summary>What a report needs of a model: the two directions between data and codes.</summary>
/// <remarks>
/// Called without gradient recording. A model with dropout or batch normalisation is to be in evaluation mode
/// during the call.
/// </remarks>
public interface ILatentModel
{
    /// <summary>The codes of inputs.</summary>
    /// <param name="x">Inputs, <c>[n, …]</c>.</param>
    /// <returns><c>[n, d]</c>.</returns>
    torch.Tensor Encode(torch.Tensor x);

    /// <summary>What codes decode to.</summary>
    /// <param name="z">Codes, <c>[n, d]</c>.</param>
    /// <returns><c>[n, …]</c>.</returns>
    torch.Tensor Decode(torch.Tensor z);
}

/// <summary>The values that stand for black and for full intensity in an image tensor.</summary>
/// <param name="Low">The value drawn as 0.</param>
/// <param name="High">The value drawn as 255; greater than <paramref name="Low"/>.</param>
/// <remarks>Always stated by the caller: a reconstruction in [−1, 1] drawn as if it were in [0, 1] looks plausible and is wrong.</remarks>
public readonly record struct PixelRange(double Low, double High)
{
    /// <summary>[0, 1], the output of a sigmoid.</summary>
    public static PixelRange Unit => new(0, 1);

    /// <summary>[−1, 1], the output of a hyperbolic tangent.</summary>
    public static PixelRange Symmetric => new(-1, 1);

    internal void Check(string name)
    {
        if (!double.IsFinite(Low) || !double.IsFinite(High) || !(High > Low))
        {
            throw new ArgumentException($"Expected a finite range with Low < High; got [{Low}, {High}]. Use PixelRange.Unit for [0, 1] or PixelRange.Symmetric for [−1, 1].", name);
        }
    }
}
