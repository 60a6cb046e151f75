using System.Numerics;
using System.Numerics.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using WassersteinAutoEncoders.Numerics;

namespace WassersteinAutoEncoders.Training.Steps;

/// <summary>The parameters of one or more modules that one optimizer trains.</summary>
internal sealed class ParameterSet
{
    /// <summary>Long sums of squares are taken in pieces, so that their error does not grow with the size of the tensor.</summary>
    private const int Piece = 1 << 14;

    /// <summary>libtorch's own clip_grad_norm_ adds as much to the norm it divides by.</summary>
    private const double Stabiliser = 1e-6;

    private readonly (string Name, torch.nn.Module Module)[] _modules;

    private ParameterSet((string Name, torch.nn.Module Module)[] modules, IReadOnlyList<(string Name, Parameter Value)> trainable, TensorKind kind)
        => (_modules, Trainable, Kind) = (modules, trainable, kind);

    /// <summary>Those that require a gradient, without repetition.</summary>
    public IReadOnlyList<(string Name, Parameter Value)> Trainable { get; }

    public TensorKind Kind { get; }

    /// <summary>Collects the parameters and checks that they can be trained together.</summary>
    public static ParameterSet Of(params (string Name, torch.nn.Module Module)[] modules)
    {
        var trainable = new List<(string Name, Parameter Value)>();
        var seen = new HashSet<IntPtr>();
        Parameter? first = null;
        var firstName = "";
        foreach (var (moduleName, module) in modules)
        {
            var any = false;
            foreach (var (parameterName, parameter) in module.named_parameters())
            {
                any = true;
                var name = $"{moduleName}/{parameterName}";
                if (parameter.IsInvalid)
                {
                    throw new ArgumentException($"The parameter '{name}' has been disposed. {ScopeAdvice}", moduleName);
                }

                if (first is null)
                {
                    (first, firstName) = (parameter, name);
                }

                CheckTogether(first, firstName, parameter, name, moduleName);
                if (parameter.requires_grad && seen.Add(parameter.Handle))
                {
                    trainable.Add((name, parameter));
                }
            }

            if (!any)
            {
                throw new ArgumentException(
                    $"The {moduleName} ({module.GetType().Name}) has no parameters. Call RegisterComponents() at the end of its constructor; hold submodules in fields or in a ModuleList, not in a List. {ScopeAdvice}", moduleName);
            }
        }

        if (trainable.Count == 0)
        {
            throw new ArgumentException($"No parameter of {string.Join(" and ", modules.Select(m => m.Name))} requires a gradient, so nothing can be trained. Set requires_grad on those that are to be.", modules[0].Name);
        }

        return new ParameterSet(modules, trainable, new TensorKind(first!.device, first.dtype));
    }

    /// <summary>All that training changes: the trainable parameters and the modules' buffers of floating-point numbers, without repetition.</summary>
    public IReadOnlyList<(string Name, torch.Tensor Value)> Changing() => [.. Trainable.Select(p => (p.Name, (torch.Tensor)p.Value)), .. NamedBuffers()];

    /// <summary>The modules' buffers of floating-point numbers, without repetition.</summary>
    public IReadOnlyList<torch.Tensor> Buffers() => [.. NamedBuffers().Select(b => b.Value)];

    /// <summary>Checks that a critic's parameters are where these are.</summary>
    public void CheckSameKind(ParameterSet critic)
        => CheckTogether(Trainable[0].Value, Trainable[0].Name, critic.Trainable[0].Value, critic.Trainable[0].Name, "divergence");

    /// <summary>Checks that a critic has parameters of its own: shared ones would be pulled two ways by two optimizers.</summary>
    public void CheckApart(ParameterSet critic)
    {
        var own = Trainable.ToDictionary(p => p.Value.Handle, p => p.Name);
        foreach (var (name, parameter) in critic.Trainable)
        {
            if (own.TryGetValue(parameter.Handle, out var shared))
            {
                throw new ArgumentException($"Expected a critic with parameters of its own, but '{name}' is '{shared}', which is trained for the opposite purpose. Give the critic layers of its own.", "divergence");
            }
        }
    }

    /// <summary>Whether a module has parameters that require a gradient now.</summary>
    public bool Trains(string module)
        => Array.Find(_modules, m => m.Name == module).Module is { } found && found.parameters().Any(p => p.requires_grad);

    /// <summary>Whether the modules have exactly the parameters that are trained: a module's <c>to</c> can replace them, and steps on the old ones would train nothing.</summary>
    public void CheckCurrent()
    {
        var current = new Dictionary<IntPtr, (string Name, Parameter Value)>();
        foreach (var (moduleName, module) in _modules)
        {
            foreach (var (parameterName, parameter) in module.named_parameters())
            {
                if (!parameter.IsInvalid)
                {
                    current.TryAdd(parameter.Handle, ($"{moduleName}/{parameterName}", parameter));
                }
            }
        }

        foreach (var (name, parameter) in Trainable)
        {
            if (parameter.IsInvalid || !current.Remove(parameter.Handle))
            {
                throw new InvalidOperationException($"The parameter '{name}' was disposed or replaced after the trainer was made. Move modules to their device and element type before making the trainer, and keep them until it is done.");
            }
        }

        foreach (var (name, parameter) in current.Values)
        {
            if (parameter.requires_grad)
            {
                throw new InvalidOperationException($"The parameter '{name}' requires a gradient, but it was added, or frozen before, so that the trainer's optimizer does not know it. Make the trainer when the modules are complete and every parameter that is to be trained requires a gradient.");
            }
        }
    }

    /// <summary>Sets every gradient to none.</summary>
    public void ClearGradients()
    {
        foreach (var (_, parameter) in Trainable)
        {
            parameter.grad = null;
        }
    }

    /// <summary>Multiplies every gradient with a number.</summary>
    public void ScaleGradients(double factor)
    {
        using var noGrad = torch.no_grad();
        foreach (var (_, parameter) in Trainable)
        {
            using var gradient = parameter.grad;
            gradient?.Multiply(factor);
        }
    }

    /// <summary>The Euclidean norm of all gradients together when they were last measured, before any clipping; not finite if an element is not.</summary>
    public double GradientNorm { get; private set; }

    /// <summary>Measures the norm; for parameters on the CPU.</summary>
    public double MeasureGradient()
    {
        double sum = 0;
        foreach (var (_, parameter) in Trainable)
        {
            using var gradient = parameter.grad;
            if (gradient is not null)
            {
                sum += SumOfSquares(gradient);
            }
        }

        return GradientNorm = Math.Sqrt(sum);
    }

    /// <summary>Scales the gradients so that their norm, as measured last, is at most <paramref name="maximum"/>.</summary>
    public void Clip(double maximum)
    {
        if (!Kind.OnCpu)
        {
            ClipOnDevice(maximum);
        }
        else if (GradientNorm > maximum)
        {
            ScaleGradients(maximum / (GradientNorm + Stabiliser));
        }
    }

    /// <summary>The name of the first parameter with a gradient that is not finite.</summary>
    public string? FirstNonFiniteGradient()
    {
        foreach (var (name, parameter) in Trainable)
        {
            using var gradient = parameter.grad;
            if (gradient is not null && !double.IsFinite(SumOfSquares(gradient)))
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>Scales the gradients so that their norm is at most <paramref name="maximum"/>, without waiting for the device.</summary>
    private void ClipOnDevice(double maximum)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var gradients = new List<torch.Tensor>();
        torch.Tensor? sum = null;
        foreach (var (_, parameter) in Trainable)
        {
            var gradient = parameter.grad;
            if (gradient is null)
            {
                continue;
            }

            gradients.Add(gradient);
            var squares = (gradient * gradient).sum();
            sum = sum is null ? squares : sum.Plus(squares);
        }

        if (sum is null)
        {
            return;
        }

        var factor = sum.sqrt().Plus(Stabiliser).reciprocal().Times(maximum).AtMost(1);
        foreach (var gradient in gradients)
        {
            gradient.mul_(factor);
        }
    }

    private const string ScopeAdvice = "A module made inside a dispose scope loses its parameters when the scope ends: make modules outside of scopes.";

    private IEnumerable<(string Name, torch.Tensor Value)> NamedBuffers()
    {
        var seen = new HashSet<IntPtr>();
        return from module in _modules
               from buffer in module.Module.named_buffers()
               where torch.is_floating_point(buffer.buffer) && seen.Add(buffer.buffer.Handle)
               select ($"{module.Name}/{buffer.name}", buffer.buffer);
    }

    private static void CheckTogether(Parameter first, string firstName, Parameter parameter, string name, string moduleName)
    {
        if (parameter.device_type != first.device_type || parameter.device_index != first.device_index)
        {
            throw new ArgumentException($"'{firstName}' is on {first.device}, but '{name}' is on {parameter.device}. Move encoder, decoder and critic to one device before making the trainer.", moduleName);
        }

        if (parameter.dtype != first.dtype || parameter.dtype is not (torch.ScalarType.Float32 or torch.ScalarType.Float64))
        {
            throw new ArgumentException($"'{firstName}' is of type {first.dtype} and '{name}' of type {parameter.dtype}. All parameters must be Float32, or all Float64. Convert a module with to(ScalarType).", moduleName);
        }
    }

    private static double SumOfSquares(torch.Tensor gradient)
    {
        if (TensorSpan.IsOpen(gradient))
        {
            if (gradient.dtype == torch.ScalarType.Float32)
            {
                var sum = SumOfSquares<float>(TensorSpan.Of<float>(gradient));
                GC.KeepAlive(gradient);
                return sum;
            }

            if (gradient.dtype == torch.ScalarType.Float64)
            {
                var sum = SumOfSquares<double>(TensorSpan.Of<double>(gradient));
                GC.KeepAlive(gradient);
                return sum;
            }
        }

        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        return Scalars.Read((gradient * gradient).sum());
    }

    private static double SumOfSquares<T>(ReadOnlySpan<T> values) where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = 0;
        for (; !values.IsEmpty; values = values[Math.Min(Piece, values.Length)..])
        {
            sum += double.CreateTruncating(TensorPrimitives.SumOfSquares(values[..Math.Min(Piece, values.Length)]));
        }

        return sum;
    }
}
