using TorchSharp.Modules;
using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Sampling;

/// <summary>v(z, t) in the whitened space, and the way into that space and out of it.</summary>
internal sealed class VelocityNetwork : nn.Module<Tensor, Tensor, Tensor>
{
    private const int Frequencies = 4;
    private readonly List<(Parameter Weight, Parameter Bias)> _linear = [];
    private readonly Tensor _mean;
    private readonly Tensor _factor;

    public VelocityNetwork(long dimension, long units, int count, Generator? generator)
        : base(nameof(VelocityNetwork))
    {
        (Dimension, Units, Layers) = (dimension, units, count);
        var inputs = dimension + 1 + 2 * Frequencies;
        for (var i = 0; i <= count; i++)
        {
            var (from, to) = (i == 0 ? inputs : units, i == count ? dimension : units);

            // Wide enough for the units to bend within the codes: near 0 they are linear, and the linear part of the velocity is there already.
            var (weight, bias) = i == count ? (0, 0) : (Math.Sqrt(6.0 / from), 1.0);
            _linear.Add((Start($"weight{i}", [to, from], weight), Start($"bias{i}", [to], bias)));
        }

        _mean = zeros(dimension).DetachFromDisposeScope();
        _factor = eye(dimension).DetachFromDisposeScope();
        register_buffer("mean", _mean);
        register_buffer("factor", _factor);

        Parameter Start(string name, long[] shape, double bound)
        {
            using var scope = NewDisposeScope();
            var values = PriorSampling.Uniform(shape, generator).Times(2 * bound).Minus(bound).to(ScalarType.Float32);
            var parameter = nn.Parameter(values);
            parameter.DetachFromDisposeScope();
            register_parameter(name, parameter);
            return parameter;
        }
    }

    public long Dimension { get; }

    public long Units { get; }

    public int Layers { get; }

    /// <summary>Twice the trace of the covariance that whitening took.</summary>
    public double ExpectedSquaredDistance
    {
        get
        {
            using var scope = NewDisposeScope();
            return 2 * Scalars.Read(_factor.to(ScalarType.Float64).Squared().sum());
        }
    }

    /// <summary>v at z, <c>[n, d]</c>, and times t, <c>[n, 1]</c>.</summary>
    public override Tensor forward(Tensor z, Tensor t)
    {
        using var scope = NewDisposeScope();
        var rest = t.Times(-1).Plus(1);
        var columns = new List<Tensor> { z, t.Plus(-0.5) };
        for (var k = 1; k <= Frequencies; k++)
        {
            var angle = t.Times(k * Math.PI);
            columns.Add(angle.sin());
            columns.Add(angle.cos());
        }

        var units = cat(columns, 1);
        for (var i = 0; i < _linear.Count; i++)
        {
            units = nn.functional.linear(i == 0 ? units : nn.functional.silu(units), _linear[i].Weight, _linear[i].Bias);
        }

        return (z * ((t - rest) / t.Squared().Plus(rest.Squared()))).Plus(units).MoveToOuterDisposeScope();
    }

    /// <summary>v at one time for all.</summary>
    public Tensor At(Tensor z, double time) => call(z, tensor((float)time).expand(z.shape[0], 1));

    /// <summary>Takes mean and Cholesky's factor of the codes' covariance, and returns the codes they make standard, float32.</summary>
    public Tensor Whiten(Tensor codes)
    {
        using var scope = NewDisposeScope();
        var points = TensorData.Float64Cpu(codes);
        using var statistics = FeatureStatistics.FromFeatures(points);
        var covariance = statistics.Covariance;
        var variance = Scalars.Read(covariance.diagonal().mean());
        if (!(variance > 0))
        {
            throw new ArgumentException("Expected codes that vary, but all coincide. Check the encoder.", nameof(codes));
        }

        // A direction without variance would be divided by 0: it gets a thousandth of the typical deviation.
        var d = (int)Dimension;
        var regular = covariance.Plus(eye(d, dtype: ScalarType.Float64).Times(1e-6 * variance));
        var lower = Cholesky.Factor(TensorData.ToArray(regular), d)
            ?? throw new ArgumentException("Expected codes with a covariance, but it has no Cholesky factor. Check their magnitude.", nameof(codes));
        var centre = points.mean([0L]);
        _mean.copy_(centre);
        _factor.copy_(TensorData.Matrix(lower, d, d));
        return (points - centre).mm(TensorData.Matrix(Cholesky.InvertLower(lower, d), d, d).t()).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var (weight, bias) in _linear)
            {
                weight.Dispose();
                bias.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    /// <summary>From the whitened space to that of the codes.</summary>
    public Tensor Unwhiten(Tensor z) => z.mm(_factor.t()).Plus(_mean);
}
