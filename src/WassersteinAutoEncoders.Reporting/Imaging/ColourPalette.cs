namespace WassersteinAutoEncoders.Reporting.Imaging;

/// <summary>At most 256 colours that stand for all colours of some pictures (median cut, Heckbert 1982).</summary>
internal sealed class ColourPalette
{
    private const int Bits = 5;
    private const int MaxColours = 256;
    private readonly Rgb[] _colours;
    private readonly byte[] _ofCell;

    private ColourPalette(Rgb[] colours, byte[] ofCell) => (_colours, _ofCell) = (colours, ofCell);

    /// <summary>Counts colours in cells of 8 levels a channel, and cuts the box of cells that holds most again and again until there are enough.</summary>
    public static ColourPalette From(IEnumerable<RasterImage> pictures)
    {
        var cells = Count(pictures);
        var boxes = new List<ArraySegment<Cell>> { cells };
        while (boxes.Count < MaxColours)
        {
            var largest = boxes.Index().Where(box => box.Item.Count > 1).OrderByDescending(box => Weight(box.Item)).Select(box => (int?)box.Index).FirstOrDefault();
            if (largest is not { } n)
            {
                break;
            }

            var (low, high) = Cut(boxes[n]);
            boxes[n] = low;
            boxes.Add(high);
        }
        var ofCell = new byte[1 << (3 * Bits)];
        foreach (var (index, box) in boxes.Index())
        {
            foreach (var cell in box)
            {
                ofCell[cell.Number] = (byte)index;
            }
        }
        return new ColourPalette([.. boxes.Select(Mean)], ofCell);
    }

    /// <summary>The content of a PLTE chunk.</summary>
    public byte[] ToBytes() => [.. _colours.SelectMany(c => (byte[])[c.R, c.G, c.B])];

    /// <summary>A picture, one of those the palette is from, as indices into it.</summary>
    public byte[] Map(RasterImage picture)
    {
        var pixels = picture.Pixels;
        var indices = new byte[pixels.Length / 3];
        for (var i = 0; i < indices.Length; i++)
        {
            indices[i] = _ofCell[Number(pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2])];
        }

        return indices;
    }

    private static Cell[] Count(IEnumerable<RasterImage> pictures)
    {
        var cells = new Cell[1 << (3 * Bits)];
        foreach (var picture in pictures)
        {
            var pixels = picture.Pixels;
            for (var i = 0; i + 2 < pixels.Length; i += 3)
            {
                var number = Number(pixels[i], pixels[i + 1], pixels[i + 2]);
                ref var cell = ref cells[number];
                cell = new Cell(number, cell.Count + 1, cell.R + pixels[i], cell.G + pixels[i + 1], cell.B + pixels[i + 2]);
            }
        }
        return [.. cells.Where(cell => cell.Count > 0)];
    }

    /// <summary>Across its longest side, with half of the pixels on either.</summary>
    private static (ArraySegment<Cell> Low, ArraySegment<Cell> High) Cut(ArraySegment<Cell> box)
    {
        var channel = Enumerable.Range(0, 3).MaxBy(c => Range(box, c));
        box.AsSpan().Sort((a, b) => a.Level(channel).CompareTo(b.Level(channel)));
        var (half, sum, at) = (box.Sum(cell => cell.Count) / 2, 0L, 0);
        while (at < box.Count - 1 && (sum += box[at].Count) <= half)
        {
            at++;
        }

        at = Math.Max(1, at);
        return (box[..at], box[at..]);
    }

    /// <summary>How much a cut would gain: pixels times the longest side.</summary>
    private static long Weight(ArraySegment<Cell> box) => box.Sum(cell => cell.Count) * Enumerable.Range(0, 3).Max(c => Range(box, c));

    private static int Range(ArraySegment<Cell> box, int channel) => box.Max(cell => cell.Level(channel)) - box.Min(cell => cell.Level(channel));

    private static Rgb Mean(ArraySegment<Cell> box)
    {
        var count = Math.Max(1, box.Sum(cell => cell.Count));
        return new Rgb(Part(box.Sum(cell => cell.R)), Part(box.Sum(cell => cell.G)), Part(box.Sum(cell => cell.B)));

        byte Part(long sum) => (byte)((sum + count / 2) / count);
    }

    private static int Number(int r, int g, int b) => r >> (8 - Bits) << (2 * Bits) | g >> (8 - Bits) << Bits | b >> (8 - Bits);

    /// <summary>Pixels of nearly one colour.</summary>
    private readonly record struct Cell(int Number, long Count, long R, long G, long B)
    {
        public int Level(int channel) => Number >> ((2 - channel) * Bits) & ((1 << Bits) - 1);
    }
}
