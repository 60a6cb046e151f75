namespace WassersteinAutoEncoders.Reporting.Imaging;

/// <summary>A small alphabet of straight strokes for text in PNG files, where there is no browser to set it.</summary>
internal static class StrokeFont
{
    /// <summary>Height of capitals and digits above the baseline.</summary>
    public const double CapitalHeight = 6;

    // Points are pairs of digits, across 0 to 4 and down 0 to 8 with the baseline at 6; blanks lift the pen, and a
    // stroke of one point twice is a dot.
    private static readonly Dictionary<char, string> Glyphs = new()
    {
        ['0'] = "103041453616050110",
        ['1'] = "112026 1636",
        ['2'] = "01103041420646",
        ['3'] = "01103041423323 334445361605",
        ['4'] = "300444 3036",
        ['5'] = "400003334445361605",
        ['6'] = "413010010516364544331304",
        ['7'] = "004016",
        ['8'] = "103041423313020110 13040516364544 4433",
        ['9'] = "051636454130100102133342",
        ['A'] = "062046 1434",
        ['B'] = "06003041423303 3344453606",
        ['C'] = "4130100105163645",
        ['D'] = "06002042442606",
        ['E'] = "40000646 0333",
        ['F'] = "400006 0333",
        ['G'] = "41301001051636454323",
        ['H'] = "0006 4046 0343",
        ['I'] = "2026",
        ['J'] = "4045361605",
        ['K'] = "0006 400346",
        ['L'] = "000646",
        ['M'] = "0600234046",
        ['N'] = "06004640",
        ['O'] = "103041453616050110",
        ['P'] = "06003041423303",
        ['Q'] = "103041453616050110 3446",
        ['R'] = "06003041423303 2346",
        ['S'] = "413010010213334445361605",
        ['T'] = "0040 2026",
        ['U'] = "000516364540",
        ['V'] = "002640",
        ['W'] = "0016233640",
        ['X'] = "0046 4006",
        ['Y'] = "002340 2326",
        ['Z'] = "00400646",
        ['a'] = "4246 4332120305163645",
        ['b'] = "0006 0312324345361605",
        ['c'] = "4332120305163645",
        ['d'] = "4046 4332120305163645",
        ['e'] = "04444332120305163645",
        ['f'] = "30201116 0232",
        ['g'] = "4247381807 4332120305163645",
        ['h'] = "0006 0312324346",
        ['i'] = "2226 2020",
        ['j'] = "222718 2020",
        ['k'] = "0006 420446",
        ['l'] = "2026",
        ['m'] = "0206 03122326 23324346",
        ['n'] = "0206 0312324346",
        ['o'] = "123243453616050312",
        ['p'] = "0208 0312324345361605",
        ['q'] = "4248 4332120305163645",
        ['r'] = "0206 031232",
        ['s'] = "43321203143445361605",
        ['t'] = "10152636 0232",
        ['u'] = "0205163645 4246",
        ['v'] = "022642",
        ['w'] = "0216243642",
        ['x'] = "0246 4206",
        ['y'] = "0226 4218",
        ['z'] = "02420646",
        ['.'] = "1616",
        [','] = "1607",
        [':'] = "1313 1616",
        ['-'] = "0444",
        ['−'] = "0444",
        ['+'] = "0444 2226",
        ['='] = "0343 0545",
        ['/'] = "4006",
        ['('] = "20111526",
        [')'] = "10212516",
        ['['] = "20101626",
        [']'] = "10202616",
        ['_'] = "0747",
        ['\''] = "1012",
        ['%'] = "4006 0000 4646",
        ['·'] = "2424",
        ['λ'] = "001046 2306",
        [' '] = "",
    };

    private const string Unknown = "0040460600";

    /// <summary>How far the next character stands.</summary>
    public static double Advance(char character) => character switch
    {
        'i' or 'l' or 'I' or '.' or ',' or ':' or '\'' or '(' or ')' or '[' or ']' or 'j' => 3.6,
        ' ' => 3.2,
        _ => 5.8,
    };

    /// <summary>The width of a text.</summary>
    public static double Width(string text) => text.Sum(Advance) - (text.Length > 0 ? Advance(text[^1]) - 4 : 0);

    /// <summary>The lines of a character: from and to, upwards negative, the baseline at 0.</summary>
    public static IEnumerable<((double X, double Y) From, (double X, double Y) To)> Strokes(char character)
    {
        // Narrow characters are drawn about the middle of the cell and moved to its left.
        var shift = Advance(character) < 4 ? 1 : 0;
        foreach (var stroke in Glyphs.GetValueOrDefault(character, Unknown).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            for (var i = 0; i + 3 < stroke.Length; i += 2)
            {
                yield return (Point(stroke, i), Point(stroke, i + 2));
            }
        }

        (double, double) Point(string stroke, int i) => (stroke[i] - '0' - shift, stroke[i + 1] - '0' - 6);
    }
}
