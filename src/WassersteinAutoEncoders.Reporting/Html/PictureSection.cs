using System.Text;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>Reconstructions beside inputs, samples, interpolations and the manifold.</summary>
internal static class PictureSection
{
    private const string Inputs = "inputs";
    private const double Gap = 0.07;

    /// <summary>The pictures that change with the epoch, each by its key in the page's data.</summary>
    public static IReadOnlyList<(string Key, Func<EpochSnapshot, TilePicture?> Choose)> Kinds { get; } =
    [
        ("reconstructions", snapshot => snapshot.Reconstructions),
        ("samples", snapshot => snapshot.Samples),
        ("interpolations", snapshot => snapshot.Interpolations),
        ("manifold", snapshot => snapshot.Manifold),
    ];

    /// <summary>The pictures themselves, once, for tiles to refer to.</summary>
    public static void WriteSprites(StringBuilder html, ReportView view)
    {
        html.Append("<svg class=\"sprites\" aria-hidden=\"true\" focusable=\"false\"><defs>");
        Sprite(Inputs, view.Report.Inputs);
        foreach (var (key, choose) in Kinds)
        {
            Sprite(key, view.Latest is null ? null : choose(view.Latest));
        }

        html.Append("</defs></svg>");

        void Sprite(string key, TilePicture? picture)
        {
            if (picture is not null)
            {
                html.Append($"<image id=\"sprite-{key}\" width=\"{picture.Columns * picture.TileWidth}\" height=\"{picture.Rows * picture.TileHeight}\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{Convert.ToBase64String(picture.Png)}\"/>");
            }
        }
    }

    public static void WriteReconstructions(StringBuilder html, ReportView view)
    {
        if (view.Report.Inputs is not { } inputs || view.Latest?.Reconstructions is not { } outputs)
        {
            return;
        }
        // Rows of inputs and of reconstructions alternate, so that each reconstruction stands below its input.
        var tiles = Enumerable.Range(0, inputs.Count).SelectMany(n => (Tile[])
        [
            new(Inputs, inputs, n, n % inputs.Columns, 2 * (n / inputs.Columns), n / inputs.Columns),
            new("reconstructions", outputs, n, n % inputs.Columns, 2 * (n / inputs.Columns) + 1, n / inputs.Columns),
        ]);
        Section(html, "s6", "reconstructions", "Inputs and reconstructions", "Upper of each pair: the input. Lower: what the model makes of its code. The same images in every epoch.",
            Svg(tiles, "Inputs, each with its reconstruction below"));
    }

    public static void WriteSamples(StringBuilder html, ReportView view)
    {
        if (view.Latest?.Samples is not { } samples)
        {
            return;
        }

        var tiles = Enumerable.Range(0, samples.Count).Select(n => new Tile("samples", samples, n, n % samples.Columns, n / samples.Columns, 0));
        Section(html, "s6", "samples", "Samples", "Decoded samples of the prior, the same samples in every epoch. Good ones look like the data, and differ from each other.",
            Svg(tiles, "Decoded samples of the prior"));
    }

    public static void WriteInterpolations(StringBuilder html, ReportView view)
    {
        if (view.Report.Inputs is not { } inputs || view.Latest?.Interpolations is not { } path)
        {
            return;
        }

        var tiles = new List<Tile>();
        for (var row = 0; row < path.Rows; row++)
        {
            tiles.Add(new(Inputs, inputs, 2 * row, 0, row, 0));
            for (var step = 0; step < path.Columns; step++)
            {
                tiles.Add(new("interpolations", path, row * path.Columns + step, step + 1.3, row, 0));
            }

            tiles.Add(new(Inputs, inputs, 2 * row + 1, path.Columns + 1.6, row, 0));
        }
        Section(html, "s6", "interpolations", "Interpolations", "From the code of one input to that of another, decoded; the inputs stand at the ends. The way is straight, or along the sphere where that is the prior. Good ones change step by step and stay plausible on the way.",
            Svg(tiles, "Decoded codes on the way between two inputs"));
    }

    public static void WriteManifold(StringBuilder html, ReportView view)
    {
        if (view.Latest?.Manifold is not { } manifold)
        {
            return;
        }

        var tiles = Enumerable.Range(0, manifold.Count).Select(n => new Tile("manifold", manifold, n, n % manifold.Columns * (1 - Gap), n / manifold.Columns * (1 - Gap), 0));
        Section(html, "s6", "manifold", "Manifold", "The plane of codes, decoded at quantiles of the prior: z0 from left to right, z1 upwards.",
            Svg(tiles, "The decoded plane of codes"));
    }

    private static void Section(StringBuilder html, string size, string key, string title, string note, string picture)
        => html.Append($"<section class=\"card {size}\" aria-labelledby=\"h-{key}\"><h2 id=\"h-{key}\">{title} <span class=\"epoch\" data-epoch></span></h2><p class=\"note\">{note}</p>{picture}</section>");

    /// <summary>Tiles of several pictures in one drawing: each a window on its picture.</summary>
    private static string Svg(IEnumerable<Tile> tiles, string label)
    {
        var body = new StringBuilder();
        var (right, bottom) = (0.0, 0.0);
        foreach (var tile in tiles)
        {
            var (width, height) = (tile.Picture.TileWidth, tile.Picture.TileHeight);
            var x = tile.X * width * (1 + Gap);
            var y = tile.Y * height * (1 + Gap) + tile.Group * height * 0.3;
            (right, bottom) = (Math.Max(right, x + width), Math.Max(bottom, y + height));
            body.Append($"<svg x=\"{Markup.Pixel(x)}\" y=\"{Markup.Pixel(y)}\" width=\"{width}\" height=\"{height}\" viewBox=\"{tile.Index % tile.Picture.Columns * width} {tile.Index / tile.Picture.Columns * height} {width} {height}\"><use href=\"#sprite-{tile.Key}\"/></svg>");
        }
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"pic\" viewBox=\"0 0 {Markup.Pixel(right)} {Markup.Pixel(bottom)}\" role=\"img\" aria-label=\"{label}\">{body}</svg>";
    }

    /// <summary>A tile and where it stands, in tiles; groups are set apart by a wider gap.</summary>
    private readonly record struct Tile(string Key, TilePicture Picture, int Index, double X, double Y, int Group);
}
