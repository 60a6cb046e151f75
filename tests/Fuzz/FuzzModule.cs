using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Fuzz;

/// <summary>What a module of a caller's own may do wrong.</summary>
public enum Misdeed
{
    None,
    ReturnNull,
    Throw,
    ReturnInput,
    ReturnDisposed,
    DisposeInput,
    Detach,
    WrongRows,
    WrongWidth,
    WrongType,
    Scalar,
    NotFinite,
    Sparse,
    Meta,
    NoParameters,
    Frozen,
}

/// <summary>A linear module of dimension <see cref="Tensors.D"/>, except for its misdeed.</summary>
public sealed class FuzzModule : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor>? _inner;
    private readonly Misdeed _misdeed;

    public FuzzModule(Misdeed misdeed)
        : base(nameof(FuzzModule))
    {
        _misdeed = misdeed;
        if (misdeed != Misdeed.NoParameters)
        {
            _inner = Linear(Tensors.D, Tensors.D);
        }

        RegisterComponents();
        if (misdeed == Misdeed.Frozen)
        {
            foreach (var parameter in parameters())
            {
                parameter.requires_grad = false;
            }
        }
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var output = Misbehave(input);
        return ReferenceEquals(output, input) ? output : output?.MoveToOuterDisposeScope()!;
    }

    private Tensor? Misbehave(Tensor input)
    {
        var output = _inner is null ? input.mul(1) : _inner.call(input);
        switch (_misdeed)
        {
            case Misdeed.ReturnNull:
                return null;
            case Misdeed.Throw:
                throw new CallerException();
            case Misdeed.ReturnInput:
                return input;
            case Misdeed.ReturnDisposed:
                output.Dispose();
                return output;
            case Misdeed.DisposeInput:
                input.Dispose();
                return output;
            case Misdeed.Detach:
                return output.detach();
            case Misdeed.WrongRows:
                return output.slice(0, 0, output.shape[0] - 1, 1);
            case Misdeed.WrongWidth:
                return cat([output, output], -1);
            case Misdeed.WrongType:
                return output.to(ScalarType.Float64);
            case Misdeed.Scalar:
                return output.sum();
            case Misdeed.NotFinite:
                return output.mul(double.NaN);
            case Misdeed.Sparse:
                return output.to_sparse();
            case Misdeed.Meta:
                return empty(output.shape, device: META);
            default:
                return output;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner?.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>Thrown by what the caller passed: it may come through as it is.</summary>
public sealed class CallerException() : Exception("The caller's own code failed.");
