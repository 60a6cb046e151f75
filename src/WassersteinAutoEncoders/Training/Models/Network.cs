using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Training.Models;

/// <summary>An encoder or a decoder: a module of one input, or of an input and labels.</summary>
internal sealed class Network
{
    private readonly Func<torch.Tensor, torch.Tensor?, torch.Tensor> _call;

    private Network(Module module, string role, bool takesLabels, Func<torch.Tensor, torch.Tensor?, torch.Tensor> call)
        => (Module, Role, TakesLabels, _call) = (module, role, takesLabels, call);

    public Module Module { get; }

    /// <summary>What it is called in names and messages: <c>encoder</c> or <c>decoder</c>.</summary>
    public string Role { get; }

    /// <summary>Whether the module has labels as its second input.</summary>
    public bool TakesLabels { get; }

    public static Network Of(Module<torch.Tensor, torch.Tensor> module, string role)
    {
        ArgumentNullException.ThrowIfNull(module, role);
        return new Network(module, role, false, (input, _) => module.call(input));
    }

    public static Network Of(Module<torch.Tensor, torch.Tensor, torch.Tensor> module, string role)
    {
        ArgumentNullException.ThrowIfNull(module, role);
        return new Network(module, role, true, (input, labels) => module.call(input, labels!));
    }

    /// <summary>What the module makes of an input <c>[n, …]</c> and its labels <c>[n]</c> or <c>[n, …]</c>: a dense, live tensor.</summary>
    public torch.Tensor Call(torch.Tensor input, torch.Tensor? labels, string what)
    {
        if (TakesLabels)
        {
            CheckLabels(labels, input, what);
        }

        return ModuleCall.Run(() => _call(input, labels), Module, input, Role, what);
    }

    private void CheckLabels(torch.Tensor? labels, torch.Tensor input, string what)
    {
        if (labels is null || labels.IsInvalid)
        {
            throw new ArgumentException($"Expected labels beside the {what}, which the {Role} ({Module.GetType().Name}) takes as its second input, but got {(labels is null ? "none" : "a disposed tensor")}. Pass one label for each example.", nameof(labels));
        }

        Guard.CheckStored(labels, nameof(labels));
        if (labels.dim() < 1 || labels.shape[0] != input.shape[0])
        {
            throw new ArgumentException($"Expected labels of shape [{input.shape[0]}] or [{input.shape[0]}, …] for {what} of shape {Guard.Shape(input)}, but got the shape {Guard.Shape(labels)}. Pass one label for each example.", nameof(labels));
        }

        if (labels.device_type != input.device_type || labels.device_index != input.device_index)
        {
            throw new ArgumentException($"Expected labels on {input.device}, where the {what} is, but they are on {labels.device}. Move them with labels.to({input.device}).", nameof(labels));
        }
    }
}
