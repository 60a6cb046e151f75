using TorchSharp;

namespace WassersteinAutoEncoders.Training.Checkpoints;

/// <summary>Writes tensors of a file into tensors that exist. First <see cref="Validate"/> for everything, then <see cref="Copy"/>: a load that fails changes nothing.</summary>
internal static class StateTensors
{
    private const int ProblemsNamed = 5;

    /// <summary>Compares names, shapes and element types.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <param name="expected">What is to be filled, by name.</param>
    /// <param name="found">What the file holds.</param>
    /// <param name="prefix">Names in the file are the expected ones behind this prefix; other names of the file are not looked at.</param>
    /// <exception cref="InvalidDataException">There is a difference.</exception>
    public static void Validate(string path, IReadOnlyDictionary<string, torch.Tensor> expected, IReadOnlyDictionary<string, torch.Tensor> found, string prefix)
    {
        var problems = new List<string>();
        foreach (var (name, target) in expected)
        {
            if (!found.TryGetValue(prefix + name, out var source))
            {
                problems.Add($"'{prefix + name}' is missing");
            }
            else if (source.dtype != target.dtype || !source.shape.AsSpan().SequenceEqual(target.shape))
            {
                problems.Add($"'{prefix + name}' should be {Describe(target)} and is {Describe(source)}");
            }
        }
        foreach (var name in found.Keys)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && !expected.ContainsKey(name[prefix.Length..]))
            {
                problems.Add($"'{name}' is not known");
            }
        }
        if (problems.Count == 0)
        {
            return;
        }

        var more = problems.Count > ProblemsNamed ? $" and {problems.Count - ProblemsNamed} more differences" : "";
        throw new InvalidDataException($"'{path}' does not fit: {string.Join("; ", problems.Take(ProblemsNamed))}{more}. Build the same modules as those that were saved. Nothing was changed.");
    }

    /// <summary>Copies in place, keeping device and identity of the targets; after <see cref="Validate"/>.</summary>
    public static void Copy(IReadOnlyDictionary<string, torch.Tensor> targets, IReadOnlyDictionary<string, torch.Tensor> sources, string prefix)
    {
        using var scope = torch.NewDisposeScope();
        using var frozen = torch.no_grad();
        foreach (var (name, target) in targets)
        {
            target.copy_(sources[prefix + name]);
        }
    }

    private static string Describe(torch.Tensor tensor) => $"{tensor.dtype} [{string.Join(", ", tensor.shape)}]";
}
