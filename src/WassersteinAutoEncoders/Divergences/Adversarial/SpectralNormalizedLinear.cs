using TorchSharp.Modules;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>A linear layer y = x·(W/σ(W))ᵀ + b whose weights are divided by their largest singular value (Miyato et al. 2018): it is 1-Lipschitz.</summary>
/// <remarks>
/// σ = uᵀWv by power iteration: one iteration a call in training, u kept in a buffer that belongs to the state and so to
/// checkpoints; in evaluation u stays as it is. The layer starts with the singular vector itself, so that its norm is 1 from the
/// first call. Gradients flow through σ, with u and v held fixed, as the singular value's derivative demands.
/// Parameters: <c>weight</c> <c>[outputs, inputs]</c>, <c>bias</c> <c>[outputs]</c>; buffer <c>u</c> <c>[outputs]</c>.
/// </remarks>
public sealed class SpectralNormalizedLinear : Module<Tensor, Tensor>
{
    private const double SmallestNorm = 1e-12;
#pragma warning disable IDE0044, IDE0055 // TorchSharp sets these fields when the module moves.
    private Parameter weight;
    private Parameter bias;
    private Tensor u;
#pragma warning restore IDE0044, IDE0055

    /// <summary>Creates the layer with weights and biases uniform in ±1/√inputs.</summary>
    /// <param name="inputs">Features that come in, ≥ 1.</param>
    /// <param name="outputs">Features that go out, ≥ 1.</param>
    /// <param name="generator">The CPU generator of the initial values; the global one when <see langword="null"/>.</param>
    /// <param name="dtype">float32 (the default) or float64.</param>
    /// <exception cref="ArgumentException">An argument is outside its range.</exception>
    public SpectralNormalizedLinear(long inputs, long outputs, Generator? generator = null, ScalarType dtype = ScalarType.Float32)
        : base(nameof(SpectralNormalizedLinear))
    {
        Guard.CheckAtLeast(inputs, 1);
        Guard.CheckAtLeast(outputs, 1);
        Guard.CheckGenerator(generator, nameof(generator));
        Guard.CheckFloat(dtype, nameof(dtype));
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        weight = Created(Critics.InitialWeights([outputs, inputs], inputs, generator).to(dtype));
        bias = Created(Critics.InitialWeights([outputs], inputs, generator).to(dtype));
        u = LargestSingularVector(weight.to(ScalarType.Float64)).to(dtype).DetachFromDisposeScope();

        RegisterComponents();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The input is not of shape <c>[…, inputs]</c>, of another element type or elsewhere.</exception>
    public override Tensor forward(Tensor input)
    {
        Guard.CheckTensor(input, nameof(input));
        Guard.CheckSameKind(weight, nameof(weight), input, nameof(input));
        if (input.dim() < 1 || input.shape[^1] != weight.shape[1])
        {
            throw new ArgumentException($"Expected an input of shape [n, {weight.shape[1]}], but '{nameof(input)}' has shape {Guard.Shape(input)}. Give the layer as many features as it was made for.", nameof(input));
        }

        using var scope = NewDisposeScope();
        Tensor left, right;
        using (no_grad())
        {
            if (training)
            {
                Iterate();
            }

            // A copy: the next call writes u again, perhaps before this one's backward pass.
            left = u.clone();
            right = Normalized(weight.t().mv(left));
        }

        var norm = left.dot(weight.mv(right)).AtLeast(SmallestNorm);
        return functional.linear(input, weight / norm, bias).MoveToOuterDisposeScope();
    }

    private static Parameter Created(Tensor values)
    {
        var parameter = Parameter(values);
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    /// <summary>u of the largest singular value. The largest ones of a large random matrix lie close together: a power iteration would take thousands of steps.</summary>
    private static Tensor LargestSingularVector(Tensor matrix)
    {
        var isWide = matrix.shape[0] <= matrix.shape[1];
        var vector = linalg.eigh(isWide ? matrix.mm(matrix.t()) : matrix.t().mm(matrix)).Item2.select(1, -1);
        return Normalized(isWide ? vector : matrix.mv(vector));
    }

    private static Tensor Normalized(Tensor x) => x / x.Squared().sum().sqrt().AtLeast(SmallestNorm);

    private void Iterate()
    {
        using var scope = NewDisposeScope();
        u.copy_(Normalized(weight.mv(Normalized(weight.t().mv(u)))));
    }
}
