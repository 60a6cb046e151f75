using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Training.Data;

namespace WassersteinAutoEncoders.Training.Steps;

/// <summary>Gives the modules bfloat16 values of their float32 weights for one forward and backward pass; weights and gradients are float32 before and after it.</summary>
/// <remarks>
/// <para>
/// The tensors of the modules get other data, as PyTorch's own <c>Module.to</c> gives them: they stay the same tensors for the modules, for layers of libtorch, for the
/// optimizer and for averages. TorchSharp has no such call, but TorchScript has it. Nothing is copied back: the float32 data are put in again, to the bit.
/// </para>
/// <para>
/// Batch and instance normalization keep float32 weights and statistics, as libtorch allows beside bfloat16 inputs: a statistic changes by less than a bfloat16 resolves.
/// </para>
/// </remarks>
internal sealed class ReducedWeights
{
    private const torch.ScalarType Reduced = torch.ScalarType.BFloat16;

    private const string Advice = "Let it make tensors in the element type of its input and convert none; what libtorch does not compute in bfloat16 needs WaeTrainerOptions.Precision = ComputePrecision.OfWeights";

    private static readonly Lazy<torch.jit.CompilationUnit> Script = new(() => torch.jit.compile(
        "def set_data(tensors: List[Tensor], data: List[Tensor]):\n    for i in range(len(tensors)):\n        tensors[i].set_data(data[i])\n    return tensors[0]\n\n"));

    private readonly torch.Tensor[] _tensors;
    private readonly int _parameters;
    private readonly ParameterSet _set;
    private torch.Tensor[] _full = [];
    private torch.Tensor[] _low = [];

    public ReducedWeights(ParameterSet set, IEnumerable<torch.nn.Module> modules)
    {
        if (set.Kind.Dtype != torch.ScalarType.Float32)
        {
            throw new ArgumentException($"Expected modules with parameters of type Float32 for a computation in BFloat16, but they are {set.Kind.Dtype}. Convert them with to(ScalarType.Float32), or leave out WaeTrainerOptions.Precision.", "options");
        }

        _set = set;
        var all = modules.SelectMany(m => m.named_modules().Select(n => n.module).Prepend(m)).ToList();
        var seen = all.OfType<NormBase>().SelectMany(m => m.parameters(false).Concat(m.buffers(false))).Select(t => t.Handle).ToHashSet();
        List<torch.Tensor> parameters = [.. all.SelectMany(m => m.parameters(false)).Where(p => seen.Add(p.Handle))];
        _parameters = parameters.Count;
        _tensors = [.. parameters, .. all.SelectMany(m => m.buffers(false)).Where(b => b.is_floating_point() && seen.Add(b.Handle))];
    }

    /// <summary>Puts bfloat16 values in, until <see cref="End"/> or until the result is disposed. To be called in the dispose scope of the step.</summary>
    public Pass Begin()
    {
        if (_tensors.Length > 0)
        {
            if (Array.Exists(_tensors, t => t.IsInvalid))
            {
                throw new InvalidOperationException("Expected the parameters and buffers that the modules had when the trainer was made, but one was disposed or replaced. Change modules before making the trainer.");
            }

            using var noGrad = torch.no_grad();
            torch.Tensor[] full = [.. _tensors.Select(t => t.detach())];
            _low = [.. full.Select(t => t.to(Reduced))];
            SetData(_tensors, _low);
            _full = full;
        }

        return new Pass(this);
    }

    /// <summary>Puts the float32 data back and converts the gradients, unless that was done.</summary>
    /// <remarks>Elements of a buffer that the modules wrote keep what was written; all others are what they were.</remarks>
    public void End()
    {
        if (_full.Length == 0)
        {
            return;
        }

        using var noGrad = torch.no_grad();
        var (full, low) = (_full, _low);
        (_full, _low) = ([], []);
        SetData(_tensors, full);
        for (var i = _parameters; i < _tensors.Length; i++)
        {
            _tensors[i].copy_(torch.where(low[i].eq(full[i].to(Reduced)), full[i], low[i].to(full[i].dtype)));
        }

        foreach (var (_, parameter) in _set.Trainable)
        {
            if (parameter.grad is { } gradient && gradient.dtype == Reduced)
            {
                parameter.grad = gradient.to(parameter.dtype);
            }
        }
    }

    /// <summary>Codes in float32, from an encoder that computes in bfloat16.</summary>
    public torch.Tensor Codes(WaeModel model, Batch batch)
        => Explained("encoder", model.Encoder, () => model.Codes(batch with { Input = Lowered(batch.Input), Labels = batch.Labels is { } labels ? Lowered(labels) : null }));

    /// <summary>Reconstructions in float32, from a decoder that computes in bfloat16.</summary>
    public torch.Tensor Decoded(WaeModel model, torch.Tensor codes, torch.Tensor? labels)
        => Explained("decoder", model.Decoder, () => model.Decoded(Lowered(codes), labels is null ? null : Lowered(labels)));

    /// <summary>What to add to the words of a backward pass that failed.</summary>
    public static string BackwardAdvice => $" The modules computed in bfloat16: {char.ToLowerInvariant(Advice[0])}{Advice[1..]}.";

    private static torch.Tensor Lowered(torch.Tensor input) => !input.IsInvalid && input.is_floating_point() ? input.to(Reduced) : input;

    private torch.Tensor Explained(string role, torch.nn.Module module, Func<torch.Tensor> call)
    {
        torch.Tensor output;
        try
        {
            output = call();
        }
        catch (ArgumentException e) when (e.InnerException is ExternalException native)
        {
            throw new ArgumentException($"Expected the {role} ({module.GetType().Name}) to compute in bfloat16, with weights and inputs of that type, but it failed: {ModuleCall.Reason(native)}. {Advice}.", role, e);
        }

        if (output.dtype is not (Reduced or torch.ScalarType.Float32))
        {
            throw new ArgumentException($"Expected the {role} ({module.GetType().Name}) to return BFloat16 or Float32 where it computes in bfloat16, but it returned {output.dtype}. {Advice}.", role);
        }

        return output.to(_set.Kind.Dtype);
    }

    private static void SetData(torch.Tensor[] tensors, torch.Tensor[] data)
    {
        (Script.Value.invoke("set_data", tensors, data) as IDisposable)?.Dispose();
        GC.KeepAlive(tensors);
        GC.KeepAlive(data);
    }

    /// <summary>One forward and backward pass.</summary>
    internal readonly struct Pass(ReducedWeights? owner) : IDisposable
    {
        public void Dispose() => owner?.End();
    }
}
