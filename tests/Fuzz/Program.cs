using System.Globalization;
using Fuzz;

try
{
    switch (args)
    {
        case ["run", .. var rest] when rest.Length <= 3:
            var summary = Supervisor.Run(
                calls: rest.Length > 0 ? Number(rest[0]) : 20_000,
                seed: rest.Length > 1 ? Number(rest[1]) : 1,
                only: rest.Length > 2 ? rest[2] : "",
                report: Console.WriteLine);
            Console.WriteLine(summary.Text());
            return summary.Faults.Count == 0 ? 0 : 1;
        case ["one", var seed, var index, .. var rest] when rest.Length <= 1:
            Child.One(Number(seed), Number(index), rest.Length > 0 ? rest[0] : "");
            return 0;
        case ["child", var seed, var first, var last, var only, var folder]:
            Child.Run(Number(seed), Number(first), Number(last), only, folder);
            return 0;
    }
}
catch (FormatException)
{
    // Not a number: the usage says what is.
}

Console.Error.WriteLine("""
    usage: Fuzz run [calls = 20000] [seed = 1] [only]   calls every public member with good and bad values, in processes that may die
           Fuzz one SEED INDEX [only]                   one call of such a run, in this process, with everything it was given
           Fuzz child SEED FIRST LAST ONLY FOLDER       such a process
    'only' keeps the members whose names contain it, or one of its words where commas part them.
    """);
return 2;

static int Number(string text) => int.Parse(text, NumberStyles.Integer, CultureInfo.InvariantCulture);
