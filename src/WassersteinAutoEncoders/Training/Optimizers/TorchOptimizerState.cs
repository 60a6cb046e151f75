using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Training.Optimizers;

/// <summary>What TorchSharp's optimizers hold for one parameter, read and written through their public fields.</summary>
internal static class TorchOptimizerState
{
    /// <summary>Whether the state of this type is known here; a type of the user's own is not.</summary>
    public static bool IsKnown(OptimizerState state)
        => state is Adam.State or AdamW.State or NAdam.State or RAdam.State or Adamax.State or RMSProp.State or Rprop.State or Adagrad.State or Adadelta.State or ASGD.State or SGD.State;

    /// <summary>The tensors, by the names of the fields. An amsgrad maximum and a momentum buffer are there only where they are used.</summary>
    public static IEnumerable<(string Name, Tensor Value)> Tensors(OptimizerState state)
    {
        IEnumerable<(string Name, Tensor? Value)> fields = state switch
        {
            Adam.State s => [("exp_avg", s.exp_avg), ("exp_avg_sq", s.exp_avg_sq), ("max_exp_avg_sq", s.max_exp_avg_sq)],
            AdamW.State s => [("exp_avg", s.exp_avg), ("exp_avg_sq", s.exp_avg_sq), ("max_exp_avg_sq", s.max_exp_avg_sq)],
            NAdam.State s => [("exp_avg", s.exp_avg), ("exp_avg_sq", s.exp_avg_sq)],
            RAdam.State s => [("exp_avg", s.exp_avg), ("exp_avg_sq", s.exp_avg_sq)],
            Adamax.State s => [("exp_avg", s.exp_avg), ("exp_inf", s.exp_inf)],
            RMSProp.State s => [("square_avg", s.square_avg), ("grad_avg", s.grad_avg), ("momentum_buffer", s.momentum_buffer)],
            Rprop.State s => [("prev", s.prev), ("step_size", s.step_size)],
            Adagrad.State s => [("sum", s.sum)],
            Adadelta.State s => [("square_avg", s.square_avg), ("acc_delta", s.acc_delta)],
            ASGD.State s => [("ax", s.ax)],
            SGD.State s => [("momentum_buffer", s.momentum_buffer)],
            _ => [],
        };
        return fields.Where(f => f.Value is not null).Select(f => (f.Name, f.Value!));
    }

    /// <summary>The names of the numbers beside the count of steps, those of <see cref="Numbers"/> in their order.</summary>
    public static string[] NumberNames(OptimizerState state) => state switch
    {
        NAdam.State => ["mu_product"],
        ASGD.State => ["eta", "mu"],
        _ => [],
    };

    /// <summary>The count of steps and the other numbers. SGD counts nothing: 1 says that its momentum buffer holds a gradient.</summary>
    public static (long Step, double[] Others) Numbers(OptimizerState state) => state switch
    {
        Adam.State s => (s.step, []),
        AdamW.State s => (s.step, []),
        NAdam.State s => (s.step, [s.mu_product]),
        RAdam.State s => (s.step, []),
        Adamax.State s => (s.step, []),
        RMSProp.State s => (s.step, []),
        Rprop.State s => (s.step, []),
        Adagrad.State s => (s.step, []),
        Adadelta.State s => (s.step, []),
        ASGD.State s => (s.step, [s.eta, s.mu]),
        SGD.State s => (s.momentum_buffer is null ? 0 : 1, []),
        _ => (0, []),
    };

    /// <summary>Writes what <see cref="Numbers"/> gave.</summary>
    public static void SetNumbers(OptimizerState state, long step, double[] others)
    {
        switch (state)
        {
            case Adam.State s:
                s.step = step;
                break;
            case AdamW.State s:
                s.step = step;
                break;
            case NAdam.State s:
                (s.step, s.mu_product) = (step, others[0]);
                break;
            case RAdam.State s:
                s.step = step;
                break;
            case Adamax.State s:
                s.step = step;
                break;
            case RMSProp.State s:
                s.step = step;
                break;
            case Rprop.State s:
                s.step = step;
                break;
            case Adagrad.State s:
                s.step = step;
                break;
            case Adadelta.State s:
                s.step = step;
                break;
            case ASGD.State s:
                (s.step, s.eta, s.mu) = (step, others[0], others[1]);
                break;
            case SGD.State s when step == 0:
                // The first gradient is taken whole, without dampening, which SGD does only where there is no buffer.
                s.momentum_buffer?.Dispose();
                s.momentum_buffer = null;
                break;
        }
    }

    /// <summary>Gives SGD with momentum the buffer that it makes at its first step, so that a checkpoint can be copied into it.</summary>
    public static void Complete(OptimizerState state, Parameter parameter, OptimizerOptions options)
    {
        if (state is SGD.State { momentum_buffer: null } sgd && options is SGD.Options { momentum: not 0 })
        {
            using var noGrad = no_grad();
            sgd.momentum_buffer = zeros_like(parameter).DetachFromDisposeScope();
        }
    }
}
