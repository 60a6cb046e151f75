using Microsoft.Extensions.Logging;
using TorchSharp;

namespace WassersteinAutoEncoders.Training.Runs;

/// <summary>Calls the observers and keeps their failures away from the run.</summary>
internal sealed class ObserverHub(IReadOnlyList<ITrainingObserver> observers, ObserverErrorPolicy policy, ILogger logger)
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

        if (first is not null && policy == ObserverErrorPolicy.Stop)
        {
            throw first;
        }
    }
}
