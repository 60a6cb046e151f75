using TorchSharp;
using TorchSharp.Modules;
using WassersteinAutoEncoders.Numerics;

namespace WassersteinAutoEncoders.Training.Steps;

/// <summary>The gradients that an accumulation holds, set aside during a backward pass: one that fails halfway has added to some of them only.</summary>
/// <remarks>Takes no copies: the pass writes gradients of its own, which are added afterwards.</remarks>
internal sealed class SavedGradients
{
    private readonly (string Name, Parameter Value)[] _parameters;
    private readonly torch.Tensor?[] _gradients;

    public SavedGradients(IEnumerable<(string Name, Parameter Value)> parameters)
    {
        _parameters = [.. parameters];
        _gradients = new torch.Tensor?[_parameters.Length];
        for (var i = 0; i < _parameters.Length; i++)
        {
            _gradients[i] = _parameters[i].Value.grad;
            _parameters[i].Value.grad = null;
        }
    }

    /// <summary>Adds what the pass has written; to be called in the dispose scope of the step.</summary>
    public void Join()
    {
        using var noGrad = torch.no_grad();
        for (var i = 0; i < _parameters.Length; i++)
        {
            if (_gradients[i] is not { } saved)
            {
                continue;
            }

            if (_parameters[i].Value.grad is { } added)
            {
                saved.Accumulate(added);
            }

            _parameters[i].Value.grad = saved;
        }
    }

    /// <summary>Puts the gradients back as they were before the pass.</summary>
    public void Restore()
    {
        for (var i = 0; i < _parameters.Length; i++)
        {
            _parameters[i].Value.grad = _gradients[i];
        }
    }
}
