using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Numerics;

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
