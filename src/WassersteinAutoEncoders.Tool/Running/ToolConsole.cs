using Spectre.Console;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Observers;

namespace WassersteinAutoEncoders.Tool.Running;

/// <summary>What a person sees: bars, tables and colours on a terminal, plain lines where the output goes to a file or a pipe.</summary>
internal sealed class ToolConsole
{
    private const int LongestText = 200;

    /// <summary>Whether there is a terminal that can redraw lines.</summary>
    public bool Interactive { get; } = !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi && AnsiConsole.Profile.Capabilities.Interactive;

    /// <summary>One line.</summary>
    public void Say(string line)
    {
        if (Interactive)
        {
            AnsiConsole.WriteLine(line);
        }
        else
        {
            Console.Out.WriteLine(line);
        }
    }

    /// <summary>One line that says whether something is well: green or red on a terminal, in words everywhere.</summary>
    public void Verdict(bool well, string line)
    {
        if (Interactive)
        {
            AnsiConsole.MarkupLine($"[{(well ? "green" : "red")}]{(well ? "ok" : "problem")}[/]  {Markup.Escape(line)}");
        }
        else
        {
            Console.Out.WriteLine($"{(well ? "ok" : "problem")}  {line}");
        }
    }

    /// <summary>A table with a heading row; numbers stand to the right.</summary>
    public void Table(string title, IReadOnlyList<string> heads, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (Interactive)
        {
            var table = new Table { Title = new TableTitle(Markup.Escape(title)), Border = TableBorder.Rounded };
            for (var i = 0; i < heads.Count; i++)
            {
                table.AddColumn(new TableColumn(Markup.Escape(heads[i])) { Alignment = i == 0 ? Justify.Left : Justify.Right });
            }

            foreach (var row in rows)
            {
                table.AddRow([.. row.Select(Markup.Escape)]);
            }

            AnsiConsole.Write(table);
            return;
        }

        Say(title);
        var widths = heads.Select((head, column) => rows.Select(row => row[column].Length).Append(head.Length).Max()).ToArray();
        foreach (var row in rows.Prepend(heads))
        {
            Say("  " + string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
        }
    }

    /// <summary>Text from a file or a user, without what a terminal would obey: control characters are written as their numbers, and what is very long is cut.</summary>
    public static string Printable(string text)
    {
        var shown = string.Concat(text.Take(LongestText).Select(c => char.IsControl(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.Surrogate ? $"\\u{(int)c:X4}" : c.ToString()));
        return text.Length > LongestText ? shown + "…" : shown;
    }

    /// <summary>Trains, with a bar where there is a terminal and with lines everywhere.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="steps">The steps that make it whole.</param>
    /// <param name="length">What ends it before its epochs do, or <see langword="null"/>.</param>
    /// <param name="train">Does it on this thread, with the observer that tells how far it is.</param>
    public WaeRun Train(string title, long steps, RunLength? length, Func<ITrainingObserver, WaeRun> train)
    {
        if (!Interactive)
        {
            return train(new ConsoleObserver(Console.Out, rewrites: false, length));
        }

        WaeRun? run = null;
        using var lines = new LineWriter();
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => run = train(new Bar(context.AddTask(Markup.Escape(title), maxValue: length is null ? steps : 1), length, new ConsoleObserver(lines, rewrites: false, length))));
        return run!;
    }

    /// <summary>Moves a bar, and hands events on.</summary>
    private sealed class Bar(ProgressTask task, RunLength? length, ConsoleObserver lines) : ITrainingObserver
    {
        private int _epochs;

        public void Observe(TrainingEvent trainingEvent)
        {
            if (trainingEvent is RunStarted started)
            {
                _epochs = started.Epochs;
            }

            if (trainingEvent is StepCompleted or RunStarted)
            {
                task.Value = length?.Done(trainingEvent.Step) ?? trainingEvent.Step;
                task.Description = $"epoch {Math.Min(trainingEvent.Epoch + 1, _epochs)}{(length is null ? $"/{_epochs}" : "")}";
            }

            lines.Observe(trainingEvent);
        }
    }

    /// <summary>Writes lines above the bar.</summary>
    private sealed class LineWriter : StringWriter
    {
        public override void WriteLine(string? value) => AnsiConsole.WriteLine(value ?? "");
    }
}
