namespace WassersteinAutoEncoders.Reporting.Tests.Support;

/// <summary>Tests that count the process's live tensors: nothing else may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LiveTensors
{
    public const string Name = "live tensors";
}
