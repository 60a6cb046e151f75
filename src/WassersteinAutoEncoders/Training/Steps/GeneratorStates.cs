using TorchSharp;

namespace WassersteinAutoEncoders.Training.Steps;

/// <summary>The states of generators, put back when disposed.</summary>
internal sealed class GeneratorStates : IDisposable
{
    private readonly List<(torch.Generator Generator, torch.Tensor State)> _states = [];

    public GeneratorStates(IEnumerable<(string Name, torch.Generator Generator)> generators)
    {
        foreach (var (_, generator) in generators)
        {
            _states.Add((generator, generator.get_state().DetachFromDisposeScope()));
        }
    }

    public void Dispose()
    {
        foreach (var (generator, state) in _states)
        {
            generator.set_state(state);
            state.Dispose();
        }
    }
}
