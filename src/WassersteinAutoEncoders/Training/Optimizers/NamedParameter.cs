using TorchSharp.Modules;

namespace WassersteinAutoEncoders.Training.Optimizers;

/// <summary>A parameter and the name under which checkpoints hold what belongs to it.</summary>
/// <param name="Name">Such as <c>encoder/0.weight</c>; unique within one optimizer.</param>
/// <param name="Value">The parameter; it stays its module's.</param>
public readonly record struct NamedParameter(string Name, Parameter Value)
{
    /// <summary>What every factory of this library asks of its parameters: a name of its own and a live tensor each.</summary>
    internal static IReadOnlyList<NamedParameter> Check(IReadOnlyList<NamedParameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in parameters)
        {
            if (name is null || value is null || value.IsInvalid)
            {
                throw new ArgumentException($"Expected a name and a live parameter each, but '{name ?? "null"}' has {(value is null ? "none" : value.IsInvalid ? "a disposed one" : "no name")}. Pass what named_parameters() gives.", nameof(parameters));
            }

            Guard.CheckStored(value, name);
            if (!names.Add(name))
            {
                throw new ArgumentException($"Expected names that differ, but '{name}' came twice. Put the module's name before the parameter's.", nameof(parameters));
            }
        }

        return parameters;
    }
}
