using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using WassersteinAutoEncoders.Numerics;

namespace WassersteinAutoEncoders.Training.Steps;

/// <content>Tensors between the processes: codes, labels and gradients.</content>
internal sealed partial class JoinedProcesses
{
    /// <summary>Elements of a bucket: large enough for a network, small enough beside the parameters.</summary>
    private const int BucketSize = 1 << 22;

    private Array? _bucket;

    /// <summary>Codes of all processes, <c>[n, d]</c>, the own ones with their graph; none where the input of some process is not finite.</summary>
    public torch.Tensor? GatherCodes(torch.Tensor? codes, BatchShare share, long dimension, TensorKind kind, bool finite, Exception? failure)
        => kind.Dtype == torch.ScalarType.Float32
            ? GatherCodes<float>(codes, share, dimension, kind, finite, failure)
            : GatherCodes<double>(codes, share, dimension, kind, finite, failure);

    /// <summary>Labels of all processes, none where there are none.</summary>
    public torch.Tensor? GatherLabels(torch.Tensor? labels, BatchShare share)
    {
        if (share.LabelType < 0)
        {
            return null;
        }

        using var scope = torch.NewDisposeScope();
        var type = (torch.ScalarType)share.LabelType;
        var all = torch.empty([share.Total, share.LabelSize], type);
        var row = share.LabelSize * (int)all.ElementSize;
        ReadOnlySpan<byte> own = share.Count == 0 || labels is null ? [] : labels.detach().cpu().contiguous().bytes;
        group.Gather(own, [.. share.Counts.Select(c => c * row)], all.bytes);
        var shaped = share.LabelsAreFlat ? all.reshape(share.Total) : labels is { } like && share.Count > 0 ? all.reshape([share.Total, .. like.shape[1..]]) : all;
        return (labels is null ? shaped : shaped.to(labels.device)).MoveToOuterDisposeScope();
    }

    /// <summary>Replaces the gradients by their sums over the processes; a parameter without a gradient in all of them stays without one.</summary>
    public void SumGradients(ParameterSet parameters, Exception? failure)
    {
        if (parameters.Kind.Dtype == torch.ScalarType.Float32)
        {
            SumGradients<float>(parameters.Trainable, failure);
        }
        else
        {
            SumGradients<double>(parameters.Trainable, failure);
        }
    }

    /// <summary>Gives the gradients of process 0 to the others: what all compute from the same numbers must not drift apart by rounding on unlike processors.</summary>
    public void BroadcastGradients(ParameterSet parameters)
    {
        using var noGrad = torch.no_grad();
        foreach (var parameter in parameters.Trainable)
        {
            using var gradient = parameter.Value.grad;
            if (gradient is not null)
            {
                Broadcast(gradient);
            }
        }
    }

    private void Broadcast(torch.Tensor tensor)
    {
        if (tensor.numel() == 0)
        {
            return;
        }

        if (TensorSpan.IsOpen(tensor))
        {
            group.Broadcast(tensor.bytes);
            return;
        }

        using var scope = torch.NewDisposeScope();
        var copy = tensor.detach().cpu().contiguous();
        group.Broadcast(copy.bytes);
        if (Rank > 0)
        {
            tensor.copy_(copy);
        }
    }

    private torch.Tensor? GatherCodes<T>(torch.Tensor? codes, BatchShare share, long dimension, TensorKind kind, bool finite, Exception? failure)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // One element more from each process says how it fares.
        using var scope = torch.NewDisposeScope();
        var d = (int)dimension;
        var sizes = share.Counts.Select(c => c * d + 1).ToArray();
        var own = new T[sizes[Rank]];
        own[^1] = T.CreateTruncating(failure is not null ? 2 : finite ? 0 : 1);
        if (codes is not null && failure is null)
        {
            var values = codes.detach().cpu().contiguous();
            MemoryMarshal.Cast<byte, T>(values.bytes).CopyTo(own);
        }

        var all = new T[sizes.Sum()];
        group.Gather<T>(own, sizes, all);
        var gathered = torch.empty([share.Total, d], kind.Dtype);
        var target = TensorSpan.Of<T>(gathered);
        var (place, row, worst) = (0, 0, T.Zero);
        foreach (var count in share.Counts)
        {
            all.AsSpan(place, count * d).CopyTo(target[(row * d)..]);
            place += count * d + 1;
            row += count;
            worst = T.Max(worst, all[place - 1]);
        }

        if (worst > T.One)
        {
            throw Failed(failure);
        }

        if (worst > T.Zero)
        {
            return null;
        }

        var here = gathered.to(kind.Device);
        if (codes is null || share.Count == 0)
        {
            return here.MoveToOuterDisposeScope();
        }

        var after = share.Start + share.Count;
        return torch.cat([here.narrow(0, 0, share.Start), codes, here.narrow(0, after, share.Total - after)], 0).MoveToOuterDisposeScope();
    }

    private void SumGradients<T>(IReadOnlyList<(string Name, Parameter Value)> parameters, Exception? failure)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var noGrad = torch.no_grad();
        var failed = false;
        for (var first = 0; first < parameters.Count;)
        {
            var (last, length) = (first, 0L);
            while (last < parameters.Count && (last == first || length + parameters[last].Value.numel() <= BucketSize))
            {
                length += parameters[last++].Value.numel();
            }

            // Behind the gradients: which processes have one, a number each parameter, and whether one failed.
            var (count, size) = (last - first, checked((int)length));
            if (_bucket is not T[] bucket || bucket.Length < size + count + 1)
            {
                _bucket = bucket = new T[size + count + 1];
            }

            var values = bucket.AsSpan(0, size);
            var marks = bucket.AsSpan(size, count + 1);
            values.Clear();
            marks.Clear();
            marks[count] = failure is null ? T.Zero : T.One;
            for (var (i, place) = (0, 0); i < count && failure is null; i++)
            {
                var parameter = parameters[first + i].Value;
                using var gradient = parameter.grad;
                var span = values.Slice(place, (int)parameter.numel());
                place += span.Length;
                if (gradient is not null)
                {
                    marks[i] = T.One;
                    using var scope = torch.NewDisposeScope();
                    MemoryMarshal.Cast<byte, T>(Open(gradient).bytes).CopyTo(span);
                }
            }

            group.Sum(bucket.AsSpan(0, size + count + 1));
            failed |= marks[count] > T.Zero;
            for (var (i, place) = (0, 0); i < count && !failed; i++)
            {
                var parameter = parameters[first + i].Value;
                var span = values.Slice(place, (int)parameter.numel());
                place += span.Length;
                if (marks[i] > T.Zero)
                {
                    Write(parameter, span);
                }
            }

            first = last;
        }

        if (failed)
        {
            throw Failed(failure);
        }
    }

    private static torch.Tensor Open(torch.Tensor tensor) => TensorSpan.IsOpen(tensor) ? tensor : tensor.detach().cpu().contiguous();

    private static void Write<T>(TorchSharp.Modules.Parameter parameter, ReadOnlySpan<T> sum)
        where T : unmanaged
    {
        using var gradient = parameter.grad;
        if (gradient is not null && TensorSpan.IsOpen(gradient))
        {
            sum.CopyTo(TensorSpan.Of<T>(gradient));
            return;
        }

        using var scope = torch.NewDisposeScope();
        var values = torch.empty(parameter.shape, parameter.dtype);
        sum.CopyTo(TensorSpan.Of<T>(values));
        parameter.grad = values.to(parameter.device);
    }
}
