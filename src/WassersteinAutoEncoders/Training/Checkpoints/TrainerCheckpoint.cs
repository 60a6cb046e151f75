using System.Text.Json.Nodes;
using TorchSharp;
using WassersteinAutoEncoders.Training.Runs;
using WassersteinAutoEncoders.Training.Steps;

namespace WassersteinAutoEncoders.Training.Checkpoints;

/// <summary>A trainer as one safetensors file: tensors by name, everything else as JSON among the metadata.</summary>
internal static class TrainerCheckpoint
{
    private const string FormatKey = "wae.checkpoint";
    private const string Format = "1";
    private const string StateKey = "wae.state";
    private const string SummaryKey = "wae.summary";
    private const string GlobalRandom = "random/global";
    private const string ProcessPrefix = "process/";
    private static readonly string[] Squares = ["/exp_avg_sq", "/max_exp_avg_sq", "/square_avg", "/acc_delta", "/sum", "/exp_inf"];
    private const string ConfigurationKey = "configuration", SettingsKey = "settings";

    /// <summary>Saves what all processes are alike in, and the random states that each has of its own: process 0 writes, the others wait.</summary>
    /// <exception cref="IOException">Process 0 could not write; in its own words there.</exception>
    public static void SaveJoined(string path, TrainerState trainer, JoinedProcesses joined)
    {
        joined.Agree(Intent.Save);
        using var scope = torch.NewDisposeScope();
        var own = OwnRandoms(trainer).ToList();
        var all = joined.GatherBytes([.. own.SelectMany(r => r.State.bytes.ToArray())]);
        Exception? failure = null;
        if (joined.Rank == 0)
        {
            try
            {
                Save(path, trainer, [.. Enumerable.Range(1, joined.Size - 1).SelectMany(rank => Others(own, all[rank], rank))]);
            }
            catch (Exception e)
            {
                failure = e;
            }
        }

        if (joined.GatherBytes([failure is null ? (byte)0 : (byte)1])[0][0] != 0)
        {
            throw joined.Failed(failure, message => new IOException(message));
        }
    }

    private static IEnumerable<(string Name, torch.Tensor State)> OwnRandoms(TrainerState trainer)
        => trainer.OwnGenerators().Select(g => (g.Name, g.Generator.get_state())).Append((GlobalRandom, torch.random.get_rng_state()));

    private static IEnumerable<(string Name, torch.Tensor State)> Others(List<(string Name, torch.Tensor State)> own, byte[] bytes, int rank)
    {
        var place = 0;
        foreach (var (name, state) in own)
        {
            var length = (int)state.numel();
            yield return (OfProcess(rank) + name, torch.tensor(bytes.AsSpan(place, length).ToArray(), torch.ScalarType.Byte));
            place += length;
        }
    }

    private static string OfProcess(int rank) => FormattableString.Invariant($"{ProcessPrefix}{rank}/");

    public static void Save(string path, TrainerState trainer, IReadOnlyList<(string Name, torch.Tensor State)> others)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var tensors = trainer.Tensors();
        CheckPresent(trainer, tensors);
        foreach (var (name, generator) in trainer.NamedGenerators())
        {
            tensors.Add(name, generator.get_state());
        }

        tensors.Add(GlobalRandom, torch.random.get_rng_state());
        foreach (var (name, random) in others)
        {
            tensors.Add(name, random);
        }

        if (trainer.Counters.Accumulated > 0)
        {
            foreach (var (name, parameter) in trainer.Accumulating())
            {
                if (parameter.grad is { } gradient)
                {
                    tensors.Add(name, gradient);
                }
            }
        }

        var states = new JsonObject();
        foreach (var (name, resumable) in trainer.Resumables())
        {
            states.Add(name, resumable.SaveState());
        }

        foreach (var (name, observer) in trainer.Observers.Save())
        {
            states.Add(name, observer);
        }

        var state = new JsonObject
        {
            ["step"] = trainer.Counters.Step,
            ["epoch"] = trainer.Counters.Epoch,
            ["batch"] = trainer.Counters.Batch,
            ["accumulated"] = trainer.Counters.Accumulated,
            ["skipped"] = trainer.Counters.Skipped,
            ["pretrained"] = trainer.Counters.Pretrained,
            ["metrics"] = trainer.Metrics.Save(),
            ["states"] = states,
            [ConfigurationKey] = RunDescription.Fixed(trainer),
            [SettingsKey] = RunDescription.Changeable(trainer),
        };
        SafetensorsFile.Write(path, tensors, new Dictionary<string, string>
        {
            [FormatKey] = Format,
            [StateKey] = state.ToJsonString(),
            [SummaryKey] = trainer.Summary().ToJsonString(),
        });
    }

    /// <summary>Nothing may be saved of modules that are not whole any more: the file would take the place of a good one.</summary>
    /// <exception cref="ObjectDisposedException">A parameter is gone.</exception>
    private static void CheckPresent(TrainerState trainer, Dictionary<string, torch.Tensor> tensors)
    {
        var missing = tensors.FirstOrDefault(t => t.Value.IsInvalid).Key
            ?? trainer.Step.Update.Trainable.FirstOrDefault(p => p.Value.IsInvalid || !tensors.ContainsKey(p.Name)).Name
            ?? new[] { "encoder/", "decoder/" }.FirstOrDefault(prefix => !tensors.Keys.Any(n => n.StartsWith(prefix, StringComparison.Ordinal)));
        if (missing is not null)
        {
            throw new ObjectDisposedException(
                missing, $"The weights '{missing}' are gone: a module was disposed, or its parameters were replaced, before the checkpoint was saved. Nothing was written. Save first, and dispose the modules after the trainer.");
        }
    }

    /// <summary>Loads; the result says, in words, what may be changed and was.</summary>
    public static IReadOnlyList<string> Load(string path, TrainerState trainer)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var content = SafetensorsFile.Read(path);
        try
        {
            return Load(path, content, trainer);
        }
        catch (InvalidDataException e) when (!e.Message.Contains(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"'{path}' cannot be resumed from: {e.Message}", e);
        }
    }

    /// <summary>First everything is looked at, then everything is written; nothing in the second part can fail.</summary>
    private static List<string> Load(string path, SafetensorsFile content, TrainerState trainer)
    {
        var format = content.Metadata.GetValueOrDefault(FormatKey);
        if (format is null)
        {
            throw new InvalidDataException("It holds weights but is no checkpoint of a trainer. Load the weights of one module with ModuleWeights.");
        }

        if (format != Format)
        {
            throw new InvalidDataException($"It has version {format}; this version of the package reads version {Format}.");
        }

        var state = JsonNumbers.Parse(content.Metadata.GetValueOrDefault(StateKey) ?? "", StateKey);
        var counters = new TrainerCounters
        {
            Step = JsonNumbers.Long(state, "step", 0),
            Epoch = JsonNumbers.Int(state, "epoch", 0),
            Batch = JsonNumbers.Long(state, "batch", 0),
            Accumulated = JsonNumbers.Int(state, "accumulated", 0),
            Skipped = JsonNumbers.Int(state, "skipped", 0),
            Pretrained = JsonNumbers.Bool(state, "pretrained"),
        };
        if (counters.Accumulated >= trainer.Options.AccumulationSteps)
        {
            throw new InvalidDataException($"{counters.Accumulated} batches' gradients wait for a step, but the option AccumulationSteps is {trainer.Options.AccumulationSteps}. Resume with the options the checkpoint was made with.");
        }

        if (state.ContainsKey(ConfigurationKey))
        {
            RunDescription.Check(JsonNumbers.Object(state[ConfigurationKey], ConfigurationKey), trainer);
        }

        var settings = state.ContainsKey(SettingsKey) ? JsonNumbers.Object(state[SettingsKey], SettingsKey) : [];
        RunDescription.Differences(settings, settings);
        var generators = trainer.NamedGenerators();
        var randoms = generators.Select(g => g.Name).Append(GlobalRandom).ToHashSet(StringComparer.Ordinal);
        var gradients = counters.Accumulated > 0 ? trainer.Accumulating().ToDictionary(p => p.Name, p => p.Parameter, StringComparer.Ordinal) : [];
        var tensors = trainer.Tensors();
        var weights = content.Tensors.Where(t => !randoms.Contains(t.Key) && !gradients.ContainsKey(t.Key) && !t.Key.StartsWith(ProcessPrefix, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);
        StateTensors.Validate(path, tensors, weights, "");
        foreach (var (name, tensor) in weights)
        {
            CheckOptimizer(name, tensor);
        }

        foreach (var name in randoms)
        {
            if (!content.Tensors.TryGetValue(name, out var random))
            {
                throw new InvalidDataException($"'{name}' is missing.");
            }

            RandomState.Check(name, random);
        }

        var own = OwnPart(content, trainer);
        var given = content.Tensors.Where(t => gradients.ContainsKey(t.Key)).ToDictionary(StringComparer.Ordinal);
        StateTensors.Validate(path, given.Keys.ToDictionary(n => n, n => (torch.Tensor)gradients[n], StringComparer.Ordinal), given, "");
        var applyMetrics = trainer.Metrics.Load(JsonNumbers.Object(state["metrics"], "metrics"));
        var states = JsonNumbers.Object(state["states"], "states");
        var observers = new JsonObject(states.Where(s => ObserverStates.Holds(s.Key)).Select(s => KeyValuePair.Create(s.Key, (JsonNode?)JsonNumbers.Object(s.Value, s.Key).DeepClone())));
        LoadStates(states, trainer.Resumables());

        StateTensors.Copy(tensors, content.Tensors, "");
        foreach (var (name, generator) in generators)
        {
            generator.set_state(content.Tensors[name]);
        }

        if (own is not null || trainer.Step.Joined is null or { Rank: 0 })
        {
            torch.random.set_rng_state((own ?? content.Tensors)[GlobalRandom]);
        }

        trainer.Step.Update.ClearGradients();
        foreach (var (name, gradient) in given)
        {
            gradients[name].grad = gradient.to(gradients[name].device, copy: true);
        }

        applyMetrics();
        trainer.Observers.Wait(observers);
        trainer.Counters.CopyFrom(counters);
        if (own is not null)
        {
            trainer.OwnGenerators().ForEach(g => g.Generator.set_state(own[g.Name]));
        }
        else
        {
            trainer.Step.Joined?.Separate(trainer);
        }

        return RunDescription.Differences(settings, RunDescription.Changeable(trainer));
    }

    /// <summary>The random states of this process, checked; none for the first, which has the common ones, and for one that was not there when the file was saved.</summary>
    private static Dictionary<string, torch.Tensor>? OwnPart(SafetensorsFile content, TrainerState trainer)
    {
        var prefix = OfProcess(trainer.Step.Joined?.Rank ?? 0);
        var part = content.Tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => t.Value, StringComparer.Ordinal);
        if (part.Count == 0)
        {
            return null;
        }

        foreach (var name in trainer.OwnGenerators().Select(g => g.Name).Append(GlobalRandom))
        {
            RandomState.Check(prefix + name, part.GetValueOrDefault(name) ?? throw new InvalidDataException($"'{prefix + name}' is missing."));
        }

        return part;
    }

    /// <summary>Counts of steps and means of squares: a negative one would give weights that are not numbers.</summary>
    private static void CheckOptimizer(string name, torch.Tensor tensor)
    {
        if (!name.StartsWith("optimizer/", StringComparison.Ordinal) && !name.StartsWith("critic_optimizer/", StringComparison.Ordinal))
        {
            return;
        }

        var isCount = name.EndsWith("/steps", StringComparison.Ordinal) && tensor.dtype == torch.ScalarType.Int64;
        var isSquare = Array.Exists(Squares, s => name.EndsWith(s, StringComparison.Ordinal));
        if ((isCount || isSquare) && tensor.numel() > 0 && (Numerics.Scalars.Read(tensor.min()) < 0 || (isCount && tensor.max().item<long>() > JsonNumbers.MaximumLong)))
        {
            throw new InvalidDataException($"'{name}' holds {(isCount ? "a count of steps" : "a mean of squares")} that cannot be one.");
        }
    }

    /// <summary>All of them or none: what was changed before one refuses is put back.</summary>
    private static void LoadStates(JsonObject states, List<(string Name, IResumable Value)> resumables)
    {
        var expected = resumables.Select(r => r.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in expected.Where(n => !states.ContainsKey(n)))
        {
            throw new InvalidDataException($"It holds no state of '{name}'. Resume with the schedules and the divergence the checkpoint was made with.");
        }

        foreach (var (name, _) in states.Where(s => !expected.Contains(s.Key) && !ObserverStates.Holds(s.Key)))
        {
            throw new InvalidDataException($"It holds a state of '{name}', which this trainer does not have. Resume with the schedules and the divergence the checkpoint was made with.");
        }

        ResumableStates.LoadAll(resumables.Select(r => (r.Value, JsonNumbers.Object(states[r.Name], r.Name))));
    }
}
