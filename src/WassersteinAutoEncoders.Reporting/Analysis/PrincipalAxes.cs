using TorchSharp;
using WassersteinAutoEncoders.Numerics;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>The two directions of largest variance of some codes, and the part of the whole variance that lies along them.</summary>
internal sealed record PrincipalAxes(double[] First, double[] Second, double Explained)
{
    public static PrincipalAxes Of(LatentCodes codes)
    {
        using var scope = torch.NewDisposeScope();
        var points = torch.tensor(codes.Values).reshape(codes.Count, codes.Dimension).to(torch.ScalarType.Float64);
        points = points.index_select(0, points.isfinite().all(1).nonzero().flatten());
        var centred = points - points.mean([0], keepdim: true);
        var (values, vectors) = torch.linalg.eigh(centred.t().mm(centred).Over(Math.Max(1, points.shape[0])).nan_to_num(0));
        var total = Scalars.Read(values.sum());
        return new PrincipalAxes(Direction(-1), Direction(-2), total > 0 ? Math.Min(1, Scalars.Read(values.narrow(0, -2, 2).sum()) / total) : 1);

        // An eigenvector's sign is arbitrary; with its largest component positive it stays the same from one report to the next.
        double[] Direction(int index)
        {
            var vector = vectors.select(1, index).contiguous().data<double>().ToArray();
            return vector.MaxBy(Math.Abs) < 0 ? [.. vector.Select(v => -v)] : vector;
        }
    }

    /// <summary>Coordinates along a direction, from the origin and not from the mean, so that the prior's centre stays where it is.</summary>
    public static double[] Project(LatentCodes codes, double[] direction)
    {
        var result = new double[codes.Count];
        for (var i = 0; i < result.Length; i++)
        {
            for (var d = 0; d < direction.Length; d++)
            {
                result[i] += codes[i, d] * direction[d];
            }
        }

        return result;
    }

    /// <summary>Both coordinates of every point, <c>[n, 2]</c>.</summary>
    public LatentCodes Plane(LatentCodes codes)
        => new([.. Project(codes, First).Zip(Project(codes, Second)).SelectMany(pair => (float[])[(float)pair.First, (float)pair.Second])], 2);
}
