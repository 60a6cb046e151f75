using System.Numerics;
using System.Numerics.Tensors;
using TorchSharp;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Numerics;

namespace WassersteinAutoEncoders.Training.Steps;

/// <summary>Where a model's tensors are, and of what type.</summary>
internal readonly record struct TensorKind(torch.Device Device, torch.ScalarType Dtype)
{
    public bool OnCpu => Device.type == DeviceType.CPU;
}

/// <summary>What must hold for a step to train something; without it libtorch fails deep inside, or nothing is learned in silence.</summary>
internal static class StepChecks
{
    /// <summary>A batch <c>[n, …]</c> that the modules can take.</summary>
    public static void Batch(torch.Tensor batch, TensorKind kind)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.IsInvalid)
        {
            throw new ArgumentException("The batch has been disposed. Keep it alive until the step is done.", nameof(batch));
        }

        if (batch.dim() < 2)
        {
            throw new ArgumentException($"Expected a batch of shape [n, …] with at least two dimensions, but it has shape {Guard.Shape(batch)}. Add the batch dimension with unsqueeze(0).", nameof(batch));
        }

        if (batch.numel() == 0)
        {
            throw new ArgumentException($"The batch of shape {Guard.Shape(batch)} is empty. Skip empty batches.", nameof(batch));
        }

        Guard.CheckStored(batch, nameof(batch));
        if (batch.dtype != kind.Dtype)
        {
            throw new ArgumentException($"Expected a batch of type {kind.Dtype}, which the modules' parameters have, but it is {batch.dtype}. Convert it with batch.to({kind.Dtype}).", nameof(batch));
        }

        if (batch.device_type != kind.Device.type || batch.device_index != kind.Device.index)
        {
            throw new ArgumentException($"Expected a batch on {kind.Device}, where the modules' parameters are, but it is on {batch.device}. Move it with batch.to({kind.Device}).", nameof(batch));
        }
    }

    /// <summary>Gradients are recorded at all.</summary>
    public static void Recording()
    {
        if (!torch.is_grad_enabled() || torch.is_inference_mode_enabled())
        {
            throw new InvalidOperationException("Expected a step to be taken where gradients are recorded, but it was called under no_grad or inference_mode. Call it outside of them; Evaluate and Reconstruct look at a model without a gradient.");
        }
    }

    /// <summary>A module with parameters to train gave an output that leads back to them.</summary>
    public static void Differentiable(torch.Tensor output, string role, ParameterSet parameters)
    {
        if (!output.requires_grad && parameters.Trains(role))
        {
            throw new InvalidOperationException($"Expected the {role}'s output to depend on its parameters, but it has no gradient although they require one. Do not detach it or compute it under no_grad; freeze its parameters with requires_grad = false if it is not to be trained.");
        }
    }

    /// <summary>The cost leads back to what was reconstructed.</summary>
    public static void Differentiable(torch.Tensor value, torch.Tensor reconstruction, IReconstructionCost cost)
    {
        if (!value.requires_grad && reconstruction.requires_grad)
        {
            throw new InvalidOperationException($"Expected the value of the cost ({cost.GetType().Name}) to depend on the reconstruction, but it has no gradient. Compute it with tensor operations that record one, without detach, ToDouble or no_grad.");
        }
    }

    /// <summary>There is something to go back from.</summary>
    public static void Trainable(torch.Tensor objective)
    {
        if (!objective.requires_grad)
        {
            throw new InvalidOperationException("Expected something to train, but no parameter requires a gradient any more. Set requires_grad = true on those that are to be trained.");
        }
    }
}

/// <summary>Whether all elements of a tensor on the CPU are finite.</summary>
internal static class FiniteCheck
{
    public static bool IsFinite(torch.Tensor values)
    {
        if (TensorSpan.IsOpen(values))
        {
            if (values.dtype == torch.ScalarType.Float32)
            {
                var finite = IsFinite<float>(TensorSpan.Of<float>(values));
                GC.KeepAlive(values);
                return finite;
            }

            if (values.dtype == torch.ScalarType.Float64)
            {
                var finite = IsFinite<double>(TensorSpan.Of<double>(values));
                GC.KeepAlive(values);
                return finite;
            }
        }

        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return double.IsFinite(Scalars.Read(values.Times(0).sum()));
    }

    /// <summary>A sum that is finite has finite terms; only one that is not needs a second look, since finite terms can overflow.</summary>
    private static bool IsFinite<T>(ReadOnlySpan<T> values) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (T.IsFinite(TensorPrimitives.Sum(values)))
        {
            return true;
        }

        foreach (var value in values)
        {
            if (!T.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}
