using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Numerics;

/// <summary>Calls of what a user brought, with errors that say which part refused or returned what.</summary>
internal static class ModuleCall
{
    /// <summary>What a module makes of an input: a dense, live tensor.</summary>
    public static torch.Tensor Run(Module<torch.Tensor, torch.Tensor> module, torch.Tensor input, string role, string what)
        => Run(() => module.call(input), module, input, role, what);

    /// <summary>What a module makes of an input, by a call of it: a dense, live tensor.</summary>
    public static torch.Tensor Run(Func<torch.Tensor> call, Module module, torch.Tensor input, string role, string what)
    {
        torch.Tensor? output;
        try
        {
            output = call();
        }
        catch (ExternalException e)
        {
            throw new ArgumentException($"The {role} ({module.GetType().Name}) refused {what} of shape {Guard.Shape(input)}, {input.dtype}: {Reason(e)}. Give it what its first layer takes.", what, e);
        }

        return Present(output, $"the {role} ({module.GetType().Name})");
    }

    /// <summary>What a part gives, with libtorch's refusals as argument errors.</summary>
    public static T? Checked<T>(Func<T?> evaluate, string role, string what) where T : class
    {
        try
        {
            return evaluate();
        }
        catch (ExternalException e)
        {
            throw new ArgumentException($"Expected {role} to take {what}, but it failed: {Reason(e)}. Check the shapes, element types and devices that it expects.", e);
        }
    }

    /// <summary>A dense, live tensor that a part returned.</summary>
    public static torch.Tensor Present(torch.Tensor? output, string role)
    {
        if (output is null || output.IsInvalid)
        {
            throw new ArgumentException($"Expected {role} to return a tensor, but it returned {(output is null ? "null" : "a disposed tensor")}. Return the tensor itself, moved out of any dispose scope of its own.");
        }

        Guard.CheckStored(output, $"the output of {role}");
        return output;
    }

    /// <summary>The first line of what libtorch says.</summary>
    public static string Reason(ExternalException e)
    {
        var end = e.Message.IndexOf('\n', StringComparison.Ordinal);
        return (end < 0 ? e.Message : e.Message[..end]).TrimEnd('.');
    }
}

/// <summary>Puts modules into evaluation mode and, when disposed, each of their submodules back into the mode it was found in.</summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly List<(Module Module, bool Training)> _found = [];

    public EvaluationMode(params ReadOnlySpan<Module> modules)
    {
        foreach (var module in modules)
        {
            _found.Add((module, module.training));
            foreach (var (_, child) in module.named_modules())
            {
                _found.Add((child, child.training));
            }

            module.eval();
        }
    }

    public void Dispose()
    {
        // Parents come before their children, so that a child's own mode is the last word.
        foreach (var (module, training) in _found)
        {
            module.train(training);
        }
    }
}

/// <summary>Keeps a module's parameters out of the graphs recorded while it lives; those that were trainable become so again.</summary>
internal readonly struct FrozenParameters : IDisposable
{
    private readonly List<Parameter> _frozen;

    public FrozenParameters(Module module)
    {
        _frozen = [.. module.parameters().Where(p => p.requires_grad)];
        foreach (var parameter in _frozen)
        {
            parameter.requires_grad = false;
        }
    }

    public void Dispose()
    {
        foreach (var parameter in _frozen)
        {
            parameter.requires_grad = true;
        }
    }
}
