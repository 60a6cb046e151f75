using TorchSharp;
using TorchSharp.Modules;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Training.Steps;

/// <summary>Batch normalization with the statistics of all processes' rows, in the modules that are there, for the time of a step.</summary>
/// <remarks>
/// <para>
/// Hooks see a module's input and give its output: the module itself gets two rows of zeros, so that it checks the shape and counts the batch. Each process gives count,
/// mean and sum of squares of its values of each channel, which are put together in the order of ranks.
/// </para>
/// <para>
/// The gradient in the input needs sums over all processes, and an exchange within libtorch's backward pass could tell of no error. So the graph is cut where values are normalized, and the
/// pass taken in parts: from the objective to the cuts, and from each cut on, the last first. What is reached from more than one of them is passed through as often; gradients add up.
/// </para>
/// </remarks>
internal sealed class JoinedNormalization(JoinedProcesses joined, IEnumerable<(string Name, Module Module)> modules) : IDisposable
{
    private readonly (string Name, BatchNorm Module)[] _modules =
    [
        .. from root in modules
           from found in root.Module.named_modules().Prepend(("", root.Module))
           where found.Item2 is BatchNorm
           group ($"{root.Name}/{found.Item1}", (BatchNorm)found.Item2) by found.Item2 into same
           select same.First(),
    ];

    private readonly List<Action> _unhook = [];
    private readonly List<NormalizedRows> _calls = [];
    private readonly Dictionary<int, double> _counted = [];
    private (torch.Tensor Input, torch.Tensor? Mean, torch.Tensor? Variance)? _entered;

    /// <summary>Normalizes over all processes until it is disposed, for one step: a forward pass, <see cref="EndForward"/>, <see cref="Backward"/>.</summary>
    public JoinedNormalization Begin()
    {
        for (var i = 0; i < _modules.Length; i++)
        {
            var (module, number) = (_modules[i].Module, i);
            if (module.training)
            {
                _counted[number] = Counted(module);
                _unhook.Add(module.register_forward_pre_hook((_, input) => Enter(module, input)).remove);
                _unhook.Add(module.register_forward_hook((_, rows, output) => Leave(number, rows, output)).remove);
            }
        }

        return this;
    }

    /// <summary>Ends the forward pass, in all processes or, where one failed, by an exception in all. One without rows takes part in the statistics of the others until then.</summary>
    public void EndForward(Exception? failure, bool absent)
    {
        failure ??= absent ? null : TrainingStep.Try(CheckHooked);
        while (joined.Meet(absent ? Meeting.Follow : Meeting.End, failure: failure) is (Meeting.Statistics, var number))
        {
            failure = TrainingStep.Try(() => Follow((int)number));
        }
    }

    /// <summary>The backward pass of this process's objective, whose parts wait for those of the others.</summary>
    /// <returns>What failed in this process and the others do not know of yet.</returns>
    public Exception? Backward(torch.Tensor? objective, Exception? failure = null)
    {
        // A process without rows of its own has nothing to go back to, unless there is a critic.
        failure ??= objective is { requires_grad: true } ? TrainingStep.Try(() => objective.backward(retain_graph: _calls.Count > 0)) : null;
        for (var i = _calls.Count - 1; i >= 0; i--)
        {
            var (call, sums, retain) = (_calls[i], new double[2 * _calls[i].Channels], i > 0);
            failure ??= TrainingStep.Try(() => sums = call.Sums());
            var all = joined.Sum(sums, failure);
            failure = TrainingStep.Try(() => call.GoOn(all, retain));
        }

        return failure;
    }

    /// <summary>Leaves the modules as they were.</summary>
    public void Dispose()
    {
        _unhook.ForEach(remove => remove());
        _calls.ForEach(call => call.Dispose());
        _unhook.Clear();
        _calls.Clear();
        _counted.Clear();
        Forget();
    }

    private torch.Tensor Enter(BatchNorm module, torch.Tensor input)
    {
        Forget();
        _entered = (input.alias().DetachFromDisposeScope(), Kept(module.running_mean), Kept(module.running_var));
        return torch.zeros([.. input.shape.Select((size, i) => i == 0 ? 2 : i == 1 ? size : 1)], dtype: input.dtype, device: input.device);
    }

    private torch.Tensor Leave(int number, torch.Tensor rows, torch.Tensor output)
    {
        rows.Dispose();
        output.Dispose();
        var ((name, module), (input, mean, variance)) = (_modules[number], _entered!.Value);
        if (input.shape[1] != module.num_features)
        {
            throw new ArgumentException($"Expected an input of {module.num_features} channels for the batch normalization '{name}', but it has the shape {Guard.Shape(input)}. Give it as many channels as it was made for.", nameof(input));
        }

        joined.Meet(Meeting.Statistics, number);
        var statistics = ChannelStatistics.OfAll(joined, input, module);
        statistics.Keep(mean, variance);
        _calls.Add(new NormalizedRows(input.alias().DetachFromDisposeScope(), statistics));
        Forget();
        return _calls[^1].Output();
    }

    /// <summary>The part of a process without rows in the statistics of the others.</summary>
    private void Follow(int number)
    {
        var module = _modules[number].Module;
        var statistics = ChannelStatistics.OfAll(joined, null, module);
        using (torch.no_grad())
        {
            module.num_batches_tracked?.Accumulate(torch.ones_like(module.num_batches_tracked));
        }

        statistics.Keep(module.running_mean, module.running_var);
        _calls.Add(new NormalizedRows(null, statistics));
    }

    /// <summary>A module that is run by its <c>forward</c> passes over hooks, and would take statistics of its own rows in silence.</summary>
    private void CheckHooked()
    {
        foreach (var (number, before) in _counted)
        {
            var (name, module) = _modules[number];
            if (Math.Round(Counted(module) - before) > _calls.Count(c => c.Statistics.Module == module))
            {
                throw new InvalidOperationException($"Expected batch normalizations to be run by call, but '{name}' was run by forward, which passes over what takes its statistics from all processes. Write call in place of forward in the module that holds it.");
            }
        }
    }

    private static double Counted(BatchNorm module) => module.num_batches_tracked is { } count ? TensorData.ToArray(count)[0] : 0;

    private static torch.Tensor? Kept(torch.Tensor? buffer) => buffer?.detach().clone().DetachFromDisposeScope();

    private void Forget()
    {
        _entered?.Input.Dispose();
        _entered?.Mean?.Dispose();
        _entered?.Variance?.Dispose();
        _entered = null;
    }
}

/// <summary>Number, mean and sum of squared distances from the mean of the values of each channel, over the rows of all processes.</summary>
internal sealed record ChannelStatistics(BatchNorm Module, double Count, double[] Means, double[] Squares)
{
    /// <summary>Of all processes together.</summary>
    public static ChannelStatistics OfAll(JoinedProcesses joined, torch.Tensor? input, BatchNorm module)
    {
        var channels = (int)module.num_features;
        var own = input is not null && input.numel() > 0 ? Own(input.detach()) : new double[1 + 2 * channels];
        var parts = joined.GatherNumbers(own);
        var (count, means, squares) = (parts.Sum(p => p[0]), new double[channels], new double[channels]);
        if (count < 2)
        {
            throw new ArgumentException($"Expected more than one value of each channel for a batch normalization in training, but all processes together have {count}. Drop the last incomplete batch.", nameof(input));
        }

        for (var c = 0; c < channels; c++)
        {
            means[c] = parts.Sum(p => p[0] * p[1 + c]) / count;
            squares[c] = parts.Sum(p => p[1 + channels + c] + p[0] * Math.Pow(p[1 + c] - means[c], 2));
        }

        return new ChannelStatistics(module, count, means, squares);
    }

    /// <summary>Moves running statistics from what they were, as the module does: towards the mean and the unbiased variance, with its momentum or by the mean over all batches.</summary>
    public void Keep(torch.Tensor? mean, torch.Tensor? variance)
    {
        if (mean is null || variance is null)
        {
            return;
        }

        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var share = Module.momentum ?? 1 / TensorData.ToArray(Module.num_batches_tracked!)[0];
        Module.running_mean!.copy_(Moved(mean, Means, share));
        Module.running_var!.copy_(Moved(variance, [.. Squares.Select(s => s / (Count - 1))], share));
    }

    private static torch.Tensor Moved(torch.Tensor from, double[] to, double share)
        => torch.tensor([.. TensorData.ToArray(from).Zip(to, (a, b) => (1 - share) * a + share * b)], dtype: torch.ScalarType.Float64);

    private static double[] Own(torch.Tensor input)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var values = NormalizedRows.Computed(input);
        var dimensions = NormalizedRows.Others(values);
        var count = values.numel() / values.shape[1];
        var mean = values.sum(dimensions, keepdim: true, type: torch.ScalarType.Float64).Over(count);
        var squares = (values - mean.to(values.dtype)).Squared().sum(dimensions, keepdim: false, type: torch.ScalarType.Float64);
        return [count, .. TensorData.ToArray(mean), .. TensorData.ToArray(squares)];
    }
}

/// <summary>The rows of one call of a normalization, where the graph is cut; of a process without rows, none.</summary>
internal sealed class NormalizedRows : IDisposable
{
    private readonly torch.Tensor? _input, _normalized, _inverse;

    public NormalizedRows(torch.Tensor? input, ChannelStatistics statistics)
    {
        (_input, Statistics) = (input, statistics);
        if (input is null)
        {
            return;
        }

        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var values = Computed(input.detach());
        _inverse = Spread([.. statistics.Squares.Select(s => 1 / Math.Sqrt(s / statistics.Count + statistics.Module.eps))], values).DetachFromDisposeScope();
        _normalized = ((values - Spread(statistics.Means, values)) * _inverse).requires_grad_().DetachFromDisposeScope();
    }

    public ChannelStatistics Statistics { get; }

    public int Channels => Statistics.Means.Length;

    /// <summary>x in the element type in which it is normalized: that of the statistics where it has fewer bits.</summary>
    public static torch.Tensor Computed(torch.Tensor input) => input.dtype == torch.ScalarType.BFloat16 ? input.to(torch.ScalarType.Float32) : input;

    /// <summary>All dimensions but that of the channels.</summary>
    public static long[] Others(torch.Tensor values) => [.. Enumerable.Range(0, (int)values.dim()).Where(i => i != 1).Select(i => (long)i)];

    /// <summary>γ·x̂ + β, in the element type of the input.</summary>
    public torch.Tensor Output()
    {
        using var scope = torch.NewDisposeScope();
        var (module, shape) = (Statistics.Module, Shape(_normalized!));
        var output = module.affine ? (_normalized! * module.weight.reshape(shape)).Plus(module.bias!.reshape(shape)) : _normalized!.clone();
        return output.to(_input!.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Σg and Σg·x̂ of each channel over the own rows, with the gradient g in x̂.</summary>
    public double[] Sums()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (_normalized?.grad is not { } gradient)
        {
            return new double[2 * Channels];
        }

        var dimensions = Others(gradient);
        var sums = gradient.sum(dimensions, type: torch.ScalarType.Float64);
        var products = (gradient * _normalized).sum(dimensions, type: torch.ScalarType.Float64);
        return [.. TensorData.ToArray(sums), .. TensorData.ToArray(products)];
    }

    /// <summary>Goes back from the input with its gradient (g − mean g − x̂·mean(g·x̂))/√(σ² + ε), the means over the rows of all processes.</summary>
    public void GoOn(double[] sums, bool retain)
    {
        if (_input is not { requires_grad: true })
        {
            return;
        }

        using var scope = torch.NewDisposeScope();
        torch.Tensor gradient;
        using (torch.no_grad())
        {
            var means = sums.Select(s => s / Statistics.Count).ToArray();
            var common = Spread(means[..Channels], _normalized!).Plus(_normalized! * Spread(means[Channels..], _normalized!));
            var own = _normalized!.grad;
            gradient = ((own is null ? common.neg() : own - common) * _inverse!).to(_input.dtype);
        }

        _input.backward([gradient], retain_graph: retain);
    }

    public void Dispose()
    {
        _input?.Dispose();
        _normalized?.Dispose();
        _inverse?.Dispose();
    }

    private static torch.Tensor Spread(double[] channels, torch.Tensor like) => torch.tensor(channels).to(like.dtype).MovedTo(like.device).reshape(Shape(like));

    private static long[] Shape(torch.Tensor like) => [.. Enumerable.Range(0, (int)like.dim()).Select(i => i == 1 ? like.shape[1] : 1)];
}
