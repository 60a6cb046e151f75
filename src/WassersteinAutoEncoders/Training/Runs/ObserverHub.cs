using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace WassersteinAutoEncoders.Training.Runs;

/// <summary>Calls the observers and keeps their failures away from the run.</summary>
internal sealed class ObserverHub(IReadOnlyList<ITrainingObserver> observers, ErrorPolicy policy, ILogger logger)
{
    /// <summary>Whether anybody listens; steps need not be announced otherwise.</summary>
    public bool Any => observers.Count > 0;

    public void Raise(TrainingEvent trainingEvent)
    {
        if (observers.Count == 0)
        {
            return;
        }

        using var noGrad = torch.no_grad();
        ObserverException? first = null;
        foreach (var observer in observers)
        {
            try
            {
                observer.Observe(trainingEvent);
            }
            catch (Exception e)
            {
                TrainerLog.ObserverFailed(logger, e, observer.GetType().Name, trainingEvent.GetType().Name);
                first ??= new ObserverException(observer, trainingEvent, e);
            }
        }

        if (first is not null && policy == ErrorPolicy.Stop)
        {
            throw first;
        }
    }
}

/// <summary>The states of a run's observers, by a name that contains their type: a state is never given to another type.</summary>
/// <remarks>A checkpoint is loaded before a run names its observers: their states wait for it here, and go into every checkpoint saved until then.</remarks>
internal sealed class ObserverStates
{
    private const string Prefix = "observer ";
    private IReadOnlyList<ITrainingObserver> _observers = [];
    private JsonObject? _waiting;

    public static bool Holds(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>States to give to the observers of the next run.</summary>
    public void Wait(JsonObject states) => _waiting = states;

    /// <summary>A run begins: each observer takes the state that waits for it, if there is one.</summary>
    /// <exception cref="InvalidDataException">A state does not fit its observer.</exception>
    public void Begin(IReadOnlyList<ITrainingObserver> observers)
    {
        if (_waiting is { } waiting)
        {
            ResumableStates.LoadAll(Named(observers).Where(o => waiting.ContainsKey(o.Name)).Select(o => (o.Value, JsonNumbers.Object(waiting[o.Name], o.Name))));
        }

        (_observers, _waiting) = (observers, null);
    }

    /// <summary>The states now, or those that still wait.</summary>
    public IEnumerable<(string Name, JsonNode? State)> Save()
        => _waiting is { } waiting
            ? waiting.Select(s => (s.Key, s.Value?.DeepClone()))
            : Named(_observers).Select(o => (o.Name, (JsonNode?)o.Value.SaveState()));

    private static IEnumerable<(string Name, IResumable Value)> Named(IReadOnlyList<ITrainingObserver> observers)
        => observers.GroupBy(o => o.GetType())
            .SelectMany(group => group.Select((observer, number) => (Name: $"{Prefix}{number}: {group.Key.FullName}", Value: observer as IResumable)))
            .Where(o => o.Value is not null)
            .Select(o => (o.Name, o.Value!));
}
