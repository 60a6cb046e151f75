using System.Globalization;
using System.Text.Json;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Observers;

namespace WassersteinAutoEncoders.Tests.Training.Observers;

public sealed class LineLogTests : IDisposable
{
    private static readonly FixedClock Clock = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Kinds => ["log.jsonl", "log.csv"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Json_lines_hold_every_event_to_the_bit()
    {
        var path = _folder.File("run/log.jsonl");
        using (var observer = new JsonLinesObserver(path, Clock))
        {
            observer.Observe(new RunStarted(AnyTrainer.Instance, 0, 0, 3));
            observer.Observe(new MetricsRecorded(AnyTrainer.Instance, 5, 0, [new("loss/total", 0.1 + 0.2), new("a\"b", double.NaN), new("c", double.NegativeInfinity)]));
            observer.Observe(new EpochCompleted(AnyTrainer.Instance, 9, 1, [new("loss/total", 1e-300)], TimeSpan.FromSeconds(2.5)));
            observer.Observe(new ValidationCompleted(AnyTrainer.Instance, 9, 1, new WaeEvaluation(1, 2, 21, [0.5, -0.5], [1, 1.5], 7)));
            observer.Observe(new RunCompleted(AnyTrainer.Instance, 9, 1, new WaeRun(1, 9, RunOutcome.StoppedEarly, [], TimeSpan.FromSeconds(3))));
        }
        var lines = File.ReadAllLines(path).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(["run_started", "metrics", "epoch", "validation", "run_completed"], lines.Select(l => l.GetProperty("event").GetString()));
        Assert.Equal([0, 5, 9, 9, 9], lines.Select(l => l.GetProperty("step").GetInt32()));
        Assert.Equal("2023-11-14T22:13:20Z", lines[0].GetProperty("time").GetString());
        Assert.Equal(0.1 + 0.2, lines[1].GetProperty("metrics").GetProperty("loss/total").GetDouble());
        Assert.Equal("NaN", lines[1].GetProperty("metrics").GetProperty("a\"b").GetString());
        Assert.Equal("-Infinity", lines[1].GetProperty("metrics").GetProperty("c").GetString());
        Assert.Equal(1e-300, lines[2].GetProperty("metrics").GetProperty("loss/total").GetDouble());
        Assert.Equal([0.5, -0.5], lines[3].GetProperty("latent_mean").EnumerateArray().Select(v => v.GetDouble()));
        Assert.Equal("StoppedEarly", lines[4].GetProperty("outcome").GetString());
    }

    [Fact]
    public void Csv_has_one_value_a_line()
    {
        var path = _folder.File("log.csv");
        using (var observer = new CsvObserver(path))
        {
            observer.Observe(new RunStarted(AnyTrainer.Instance, 0, 0, 3));
            observer.Observe(new MetricsRecorded(AnyTrainer.Instance, 5, 0, [new("loss/total", 0.1 + 0.2), new("a,\"b\"", double.NaN)]));
            observer.Observe(new ValidationCompleted(AnyTrainer.Instance, 5, 0, new WaeEvaluation(1, 2, 21, [0], [1], 7)));
        }
        var lines = File.ReadAllLines(path);
        Assert.Equal("event,step,epoch,metric,value", lines[0]);
        Assert.Equal(0.1 + 0.2, double.Parse(lines[1].Split(',')[4], CultureInfo.InvariantCulture));
        Assert.Equal("metrics,5,0,\"a,\"\"b\"\"\",NaN", lines[2]);
        Assert.Equal("validation,5,0,validation/total,21", lines[3]);
        Assert.Equal(6, lines.Length);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_run_killed_at_any_byte_and_resumed_leaves_the_log_of_an_uninterrupted_one(string name)
    {
        string whole = _folder.File("whole-" + name), killed = _folder.File("killed-" + name);
        Run(whole, 0, 6);
        var expected = Content(whole);
        var bytes = File.ReadAllBytes(whole);
        for (var length = 0; length <= bytes.Length; length += 3)
        {
            File.WriteAllBytes(killed, bytes[..length]);
            // The newest checkpoint is the one of the last step whose lines are all there.
            var resumed = Enumerable.Range(0, 7).Last(step => step == 0 || EndOf(whole, step) <= length);
            Run(killed, resumed, 6);
            Assert.Equal(expected, Content(killed));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_run_that_goes_back_to_an_earlier_step_replaces_the_lines_after_it(string name)
    {
        string whole = _folder.File("whole-" + name), log = _folder.File(name);
        Run(whole, 0, 6);
        Run(log, 0, 6);
        Run(log, 2, 6);
        Assert.Equal(Content(whole), Content(log));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_run_that_goes_back_to_before_the_end_of_an_epoch_writes_that_end_once(string name)
    {
        var log = _folder.File(name);
        for (var run = 0; run < 2; run++)
        {
            // Step 5 was the last of its epoch; a checkpoint was written before the epoch ended.
            var (observer, step) = (Observer(log), run == 0 ? 4 : 5);
            using var closing = (IDisposable)observer;
            observer.Observe(new RunStarted(AnyTrainer.Instance, step, 0, 1));
            if (run == 0)
            {
                observer.Observe(new MetricsRecorded(AnyTrainer.Instance, 5, 0, [new("loss", 2)]));
            }

            observer.Observe(new EpochCompleted(AnyTrainer.Instance, 5, 1, [new("loss", 1)], TimeSpan.Zero));
        }
        var kinds = Content(log).Select(l => l.Contains("epoch\":1", StringComparison.Ordinal) || l.StartsWith("epoch,", StringComparison.Ordinal));
        Assert.Equal(name.EndsWith("csv", StringComparison.Ordinal) ? [false, false, true] : [false, true], kinds);
    }

    [Theory]
    [InlineData("log.jsonl", "a file of somebody's\n")]
    [InlineData("log.jsonl", "without a line end")]
    [InlineData("log.jsonl", "{\"step\":1,\"epoch\":0}\n{\"other\":2}\n")]
    [InlineData("log.jsonl", "[1]\n")]
    [InlineData("log.jsonl", "{\"step\":1}\n")]
    [InlineData("log.csv", "a,b\n1,2\n")]
    [InlineData("log.csv", "name")]
    [InlineData("log.csv", "event,step,epoch,metric,value\nmetrics,x,1,a,2\n")]
    public void A_file_that_is_something_else_is_refused_and_kept(string name, string content)
    {
        var path = _folder.File(name);
        File.WriteAllText(path, content);
        var error = Assert.Throws<InvalidDataException>(() => Run(path, 100, 101));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(path));
    }

    private static ITrainingObserver Observer(string path) => path.EndsWith("csv", StringComparison.Ordinal) ? new CsvObserver(path) : new JsonLinesObserver(path, Clock);

    private static void Run(string path, int from, int to)
    {
        var observer = Observer(path);
        using var closing = (IDisposable)observer;
        observer.Observe(new RunStarted(AnyTrainer.Instance, from, 0, 1));
        for (var step = from + 1; step <= to; step++)
        {
            observer.Observe(new MetricsRecorded(AnyTrainer.Instance, step, 0, [new("loss", 1.0 / step), new("penalty", step)]));
        }
    }

    /// <summary>The lines that do not depend on how often the run was started.</summary>
    private static List<string> Content(string path) => [.. File.ReadAllLines(path).Where(l => !l.Contains("run_started", StringComparison.Ordinal))];

    /// <summary>Where in the file the lines of a step end.</summary>
    private static int EndOf(string path, int step)
    {
        var text = File.ReadAllText(path);
        var mark = path.EndsWith("csv", StringComparison.Ordinal) ? $"metrics,{step}," : $"\"step\":{step},";
        return text.IndexOf('\n', text.LastIndexOf(mark, StringComparison.Ordinal)) + 1;
    }
}
