using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using WassersteinAutoEncoders.Numerics;

namespace WassersteinAutoEncoders.Training.Optimizers;

/// <summary>Adam and AdamW. On the CPU one vectorised pass a parameter; elsewhere the composition of tensor operations.</summary>
internal sealed class AdamOptimizer : IParameterOptimizer
{
    private readonly IReadOnlyList<(string Name, Parameter Value)> _parameters;
    private readonly AdamSettings _settings;
    private readonly torch.Tensor[] _means;
    private readonly torch.Tensor[] _squares;
    private readonly torch.Tensor _steps;
    private readonly Dictionary<string, torch.Tensor> _state = new(StringComparer.Ordinal);

    public AdamOptimizer(IReadOnlyList<(string Name, Parameter Value)> parameters, AdamSettings settings)
    {
        _parameters = parameters;
        _settings = settings;
        _means = new torch.Tensor[parameters.Count];
        _squares = new torch.Tensor[parameters.Count];
        _steps = torch.zeros(parameters.Count, dtype: torch.ScalarType.Int64).DetachFromDisposeScope();
        _state.Add("steps", _steps);
        using var noGrad = torch.no_grad();
        for (var i = 0; i < parameters.Count; i++)
        {
            var (name, parameter) = parameters[i];
            _state.Add(name + "/exp_avg", _means[i] = torch.zeros_like(parameter).DetachFromDisposeScope());
            _state.Add(name + "/exp_avg_sq", _squares[i] = torch.zeros_like(parameter).DetachFromDisposeScope());
        }
    }

    public double LearningRate { get; set; } = 1e-3;

    public IReadOnlyDictionary<string, torch.Tensor> State => _state;

    public void Step()
    {
        using var noGrad = torch.no_grad();
        var counts = TensorSpan.Of<long>(_steps);
        for (var i = 0; i < _parameters.Count; i++)
        {
            using var gradient = _parameters[i].Value.grad;
            if (gradient is null)
            {
                continue;
            }

            counts[i]++;
            Update(_parameters[i].Value, gradient, _means[i], _squares[i], counts[i]);
        }

        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        foreach (var tensor in _state.Values)
        {
            tensor.Dispose();
        }
    }

    private void Update(torch.Tensor parameter, torch.Tensor gradient, torch.Tensor mean, torch.Tensor square, long step)
    {
        if (!TensorSpan.IsOpen(parameter) || !TensorSpan.IsOpen(gradient) || !TensorSpan.IsOpen(mean) || !TensorSpan.IsOpen(square)
            || gradient.dtype != parameter.dtype)
        {
            Compose(parameter, gradient, mean, square, step);
            return;
        }

        switch (parameter.dtype)
        {
            case torch.ScalarType.Float32:
                AdamUpdate.Apply(TensorSpan.Of<float>(parameter), TensorSpan.Of<float>(gradient), TensorSpan.Of<float>(mean), TensorSpan.Of<float>(square), _settings, LearningRate, step);
                break;
            case torch.ScalarType.Float64:
                AdamUpdate.Apply(TensorSpan.Of<double>(parameter), TensorSpan.Of<double>(gradient), TensorSpan.Of<double>(mean), TensorSpan.Of<double>(square), _settings, LearningRate, step);
                break;
            default:
                Compose(parameter, gradient, mean, square, step);
                break;
        }
    }

    private void Compose(torch.Tensor parameter, torch.Tensor gradient, torch.Tensor mean, torch.Tensor square, long step)
    {
        using var scope = torch.NewDisposeScope();
        var g = gradient;
        if (_settings.WeightDecay != 0)
        {
            if (_settings.Decoupled)
            {
                parameter.Multiply(1 - LearningRate * _settings.WeightDecay);
            }
            else
            {
                g = gradient.Plus(parameter.Times(_settings.WeightDecay));
            }
        }

        mean.Multiply(_settings.Beta1);
        mean.Add(g, 1 - _settings.Beta1);
        square.Multiply(_settings.Beta2);
        square.Add(g * g, 1 - _settings.Beta2);
        var denominator = square.sqrt().Over(Math.Sqrt(1 - Math.Pow(_settings.Beta2, step))).Plus(_settings.Epsilon);
        parameter.Add(mean / denominator, -LearningRate / (1 - Math.Pow(_settings.Beta1, step)));
    }
}

/// <summary>One step of Adam on spans: each element of the four arrays is read and written once, which is all the time it takes.</summary>
internal static class AdamUpdate
{
    private const double SmallestNormalSingle = 1.17549435082228751e-38;
    private const double SmallestNormalDouble = 2.2250738585072014e-308;

    /// <summary>
    /// p ← sp; g ← g + wp; m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; p ← p − (lr/(1−β₁ᵗ)) · m / (√v/√(1−β₂ᵗ) + ε), where the
    /// last fraction is multiplied through by c = √(1−β₂ᵗ): one division an element instead of two, which take longer than
    /// the memory does. The shrinking s is 1 unless weight decay is decoupled, the decay w is 0 if it is: neither then
    /// changes a bit. A mean below the smallest normal number becomes 0: where a unit gets no gradient any more, its means
    /// decay into the subnormal numbers and stay there, and processors take ten times as long for arithmetic on those. So
    /// does v where its root is lost in rounding beside ε. For the same reason m is divided before it is multiplied with
    /// the small learning rate.
    /// </summary>
    public static void Apply<T>(Span<T> parameter, ReadOnlySpan<T> gradient, Span<T> mean, Span<T> square, in AdamSettings settings, double learningRate, long step)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var beta1 = T.CreateTruncating(settings.Beta1);
        var rest1 = T.CreateTruncating(1 - settings.Beta1);
        var beta2 = T.CreateTruncating(settings.Beta2);
        var rest2 = T.CreateTruncating(1 - settings.Beta2);
        var correction = Math.Sqrt(1 - Math.Pow(settings.Beta2, step));
        var epsilon = T.CreateTruncating(settings.Epsilon * correction);
        var size = T.CreateTruncating(-learningRate / (1 - Math.Pow(settings.Beta1, step)) * correction);
        var shrink = T.CreateTruncating(settings.Decoupled ? 1 - learningRate * settings.WeightDecay : 1);
        var decay = T.CreateTruncating(settings.Decoupled ? 0 : settings.WeightDecay);

        var smallest = T.CreateTruncating(typeof(T) == typeof(float) ? SmallestNormalSingle : SmallestNormalDouble);
        var smallestSquare = settings.Epsilon >= 1e-12 ? smallest : T.Zero;

        ref var p0 = ref MemoryMarshal.GetReference(parameter);
        ref var g0 = ref MemoryMarshal.GetReference(gradient);
        ref var m0 = ref MemoryMarshal.GetReference(mean);
        ref var v0 = ref MemoryMarshal.GetReference(square);
        var (b1, r1, b2, r2) = (new Vector<T>(beta1), new Vector<T>(rest1), new Vector<T>(beta2), new Vector<T>(rest2));
        var (e, a, s, w) = (new Vector<T>(epsilon), new Vector<T>(size), new Vector<T>(shrink), new Vector<T>(decay));
        var (least, leastSquare) = (new Vector<T>(smallest), new Vector<T>(smallestSquare));
        var width = (nuint)Vector<T>.Count;
        var length = (nuint)parameter.Length;
        nuint i = 0;
        for (; i + width <= length; i += width)
        {
            var p = Vector.LoadUnsafe(ref p0, i) * s;
            var g = Vector.LoadUnsafe(ref g0, i) + p * w;
            var m = Vector.LoadUnsafe(ref m0, i) * b1 + g * r1;
            m = Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(m), least), Vector<T>.Zero, m);
            var v = Vector.LoadUnsafe(ref v0, i) * b2 + g * r2 * g;
            v = Vector.ConditionalSelect(Vector.LessThan(v, leastSquare), Vector<T>.Zero, v);
            m.StoreUnsafe(ref m0, i);
            v.StoreUnsafe(ref v0, i);
            (p + m / (Vector.SquareRoot(v) + e) * a).StoreUnsafe(ref p0, i);
        }

        for (var k = (int)i; k < parameter.Length; k++)
        {
            var p = parameter[k] * shrink;
            var g = gradient[k] + p * decay;
            var m = mean[k] * beta1 + g * rest1;
            mean[k] = T.Abs(m) < smallest ? T.Zero : m;
            var v = square[k] * beta2 + g * rest2 * g;
            square[k] = v < smallestSquare ? T.Zero : v;
            parameter[k] = p + mean[k] / (T.Sqrt(square[k]) + epsilon) * size;
        }
    }
}
