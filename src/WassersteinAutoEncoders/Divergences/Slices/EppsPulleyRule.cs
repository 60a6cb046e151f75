using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using WassersteinAutoEncoders.Numerics;
using Tensor = TorchSharp.torch.Tensor;

namespace WassersteinAutoEncoders.Divergences.Slices;

/// <summary>The Epps–Pulley distance of numbers u from N(0, s²), ∫|φ̂(t) − e^{−t²/2}|²·w(t) dt with φ̂ of u/s and w the density of N(0, 1).</summary>
/// <remarks>
/// By the trapezoid rule at t = k·h. The integrand is even, so that k = 1 … K do (at 0 it vanishes), and their sines and cosines come from those
/// of h·u/s by multiplication of complex numbers. The derivative is a trigonometric polynomial in each number, evaluated by Horner's scheme.
/// </remarks>
internal sealed class EppsPulleyRule : ISliceRule
{
    // Sums of one element type are no longer than this; from there on they are float64.
    private const int Block = 512;

    private readonly double _step;
    private readonly double[] _weights;
    private readonly double[] _targets;
    private readonly DeviceNumbers _frequencies;
    private readonly DeviceNumbers _deviceWeights;
    private readonly DeviceNumbers _deviceTargets;

    /// <summary>Chooses the nodes.</summary>
    /// <param name="range">R: numbers within ±R·s are covered.</param>
    /// <param name="error">How far the sum may be from the integral.</param>
    /// <param name="deviation">s.</param>
    public EppsPulleyRule(double range, double error, double deviation)
    {
        // Poisson's sum: a pair at distance Δ is also seen at Δ ± 2π/h, with the weight e^{−(2π/h − Δ)²/2} and Δ ≤ 2R. What lies
        // beyond the last node is at most 4·P(|N| > T), as |φ̂ − φ|² ≤ 4. Less than half of the error each.
        var reach = Math.Sqrt(2 * Math.Log(4 / error));
        _step = 2 * Math.PI / (2 * range + reach);
        var nodes = (int)Math.Ceiling(reach / _step);
        Deviation = deviation;
        _weights = new double[nodes];
        _targets = new double[nodes];
        for (var k = 0; k < nodes; k++)
        {
            var t = (k + 1) * _step;
            _weights[k] = 2 * _step * Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI);
            _targets[k] = Math.Exp(-t * t / 2);
        }

        (_deviceWeights, _deviceTargets) = (new(_weights), new(_targets));
        _frequencies = new([.. Enumerable.Range(1, nodes).Select(k => k * _step / deviation)]);
    }

    /// <summary>s.</summary>
    public double Deviation { get; }

    /// <summary>K, the number of nodes above 0.</summary>
    public int Nodes => _weights.Length;

    /// <summary>The distance at which two numbers are taken for one, in units of s.</summary>
    public double Period => 2 * Math.PI / _step;

    public int Axes => 1;

    public double Differentiate<T>(Span<T> codes, ReadOnlySpan<T> samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = codes.Length;

        // Zeros behind the last number complete the last vector: all their powers are 0.
        var padded = (n + Vector<T>.Count - 1) / Vector<T>.Count * Vector<T>.Count;
        var rented = ArrayPool<T>.Shared.Rent(2 * padded);
        var cosines = rented.AsSpan(0, padded);
        var sines = rented.AsSpan(padded, padded);
        TensorPrimitives.Multiply(codes, T.CreateTruncating(_step / Deviation), codes);
        TensorPrimitives.Cos(codes, cosines);
        TensorPrimitives.Sin(codes, sines);
        cosines[n..].Clear();
        sines[n..].Clear();

        var (real, imaginary) = (new double[Nodes], new double[Nodes]);
        var sums = new Vector<T>[2 * Nodes];
        for (var start = 0; start < padded; start += Block)
        {
            var length = Math.Min(Block, padded - start);
            AddPowers<T>(cosines.Slice(start, length), sines.Slice(start, length), sums, real, imaginary);
        }

        double value = 0;
        var coefficients = new Vector<T>[2 * Nodes];
        for (var k = 0; k < Nodes; k++)
        {
            var (difference, odd) = (real[k] / n - _targets[k], imaginary[k] / n);
            value += _weights[k] * (difference * difference + odd * odd);
            var factor = 2 * _weights[k] * (k + 1) * _step / (n * Deviation);
            coefficients[2 * k] = new Vector<T>(T.CreateTruncating(factor * odd));
            coefficients[(2 * k) + 1] = new Vector<T>(T.CreateTruncating(factor * difference));
        }

        Horner<T>(cosines, sines, coefficients);
        cosines[..n].CopyTo(codes);
        ArrayPool<T>.Shared.Return(rented);
        return value;
    }

    public Tensor Compose(Tensor codes, Tensor? samples)
    {
        // All nodes at once: each operation is a launch on a GPU.
        var angles = codes.unsqueeze(0) * _frequencies.On(codes, codes.dtype);
        var real = angles.cos().mean([2]) - _deviceTargets.On(codes, codes.dtype).squeeze(2);
        var imaginary = angles.sin().mean([2]);
        return (real.Squared().Plus(imaginary.Squared()) * _deviceWeights.On(codes, codes.dtype).squeeze(2)).sum([0]);
    }

    /// <summary>Adds the sums of the real and imaginary parts of z, z², …, z^K over the numbers z.</summary>
    private static void AddPowers<T>(Span<T> cosines, Span<T> sines, Vector<T>[] sums, double[] real, double[] imaginary)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var c = MemoryMarshal.Cast<T, Vector<T>>(cosines);
        var s = MemoryMarshal.Cast<T, Vector<T>>(sines);
        Array.Clear(sums);
        for (var i = 0; i < c.Length; i++)
        {
            var (x, y) = (c[i], s[i]);
            var (a, b) = (x, y);
            for (var k = 0; k < sums.Length; k += 2)
            {
                sums[k] += a;
                sums[k + 1] += b;
                (a, b) = (a * x - b * y, a * y + b * x);
            }
        }

        for (var k = 0; k < real.Length; k++)
        {
            real[k] += double.CreateTruncating(Vector.Sum(sums[2 * k]));
            imaginary[k] += double.CreateTruncating(Vector.Sum(sums[(2 * k) + 1]));
        }
    }

    /// <summary>Σ_k α_k·cos(k·x) − β_k·sin(k·x), the real part of Σ (α_k + i·β_k)·z^k, in place of the cosines.</summary>
    private static void Horner<T>(Span<T> cosines, Span<T> sines, Vector<T>[] coefficients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var c = MemoryMarshal.Cast<T, Vector<T>>(cosines);
        var s = MemoryMarshal.Cast<T, Vector<T>>(sines);
        for (var i = 0; i < c.Length; i++)
        {
            var (x, y) = (c[i], s[i]);
            var (a, b) = (Vector<T>.Zero, Vector<T>.Zero);
            for (var k = coefficients.Length - 2; k >= 0; k -= 2)
            {
                (a, b) = (a + coefficients[k], b + coefficients[k + 1]);
                (a, b) = (a * x - b * y, a * y + b * x);
            }

            // Σ odd·cos − difference·sin: the real part alone.
            c[i] = a;
        }
    }
}
