
namespace WassersteinAutoEncoders.Reporting.Tests.Analysis;

public class RunDoctorTests
{
    [Fact]
    public void A_run_that_improves_and_matches_is_good()
    {
        var verdict = RunDoctor.Judge(Run([100, 50, 47, 47, 47, 47]) with { CodeMatch = new CodeMatch(Health.Good, "largest marginal distance 0.02 (z0)", 0.4, 500) });
        Assert.Equal((Health.Good, "This run went well"), (verdict.Health, verdict.Headline));
    }

    [Fact]
    public void A_run_that_still_improves_says_so_in_its_headline()
    {
        var verdict = RunDoctor.Judge(Run([100, 90, 80, 70, 60, 50]));
        Assert.Equal((Health.Good, "This run went well; more epochs may still improve it"), (verdict.Health, verdict.Headline));
    }

    [Fact]
    public void Codes_that_match_name_the_sample_and_the_p_value()
    {
        var report = Run([100, 60, 50, 48, 47, 47]) with
        {
            CodeMatch = new CodeMatch(Health.Good, "largest marginal distance 0.02 (z0)", 0.4, 500),
            Prior = new LatentCodes([0, 1], 1),
            Snapshots = [new EpochSnapshot(6, 60) { Codes = new LatentCodes([0, 1], 1) }],
        };
        Assert.Contains(RunDoctor.Judge(report).Findings, finding => finding.Text.Contains("two-sample test of 500 codes", StringComparison.Ordinal) && finding.Text.Contains("p\u00A0=\u00A00.4", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(nameof(RunState.Running), "Going well so far")]
    [InlineData(nameof(RunState.Cancelled), "Mostly well: the run was cancelled")]
    [InlineData(nameof(RunState.Failed), "Not well: the run broke off")]
    public void The_state_of_the_run_is_part_of_the_headline(string state, string expected)
    {
        var report = Run([100, 60, 50, 48, 47, 47]);
        Assert.Equal(expected, RunDoctor.Judge(report with { Progress = report.Progress with { State = Enum.Parse<RunState>(state) } }).Headline);
    }

    [Theory]
    [InlineData(new double[] { 50, 60, 70 }, nameof(Health.Bad))]
    [InlineData(new double[] { 50, double.NaN, 40 }, nameof(Health.Bad))]
    [InlineData(new double[] { 100, 30, 30, 30, 30, 30, 30, 30, 40, 40 }, nameof(Health.Caution))]
    [InlineData(new double[] { 100, 90 }, nameof(Health.Good))]
    public void Reconstructions_are_judged_by_their_trend(double[] values, string expected) => Assert.Equal(Enum.Parse<Health>(expected), RunDoctor.Judge(Run(values)).Health);

    [Fact]
    public void Held_out_data_that_cost_much_more_are_worth_a_look()
    {
        var report = Run([100, 50]);
        var validation = new MetricSeries("loss/reconstruction", MetricSource.Validation, [new(10, 120), new(20, 80)]);
        Assert.Equal(Health.Caution, RunDoctor.Judge(report with { Series = [.. report.Series, validation] }).Health);
    }

    [Fact]
    public void Further_measurements_of_the_callers_count()
    {
        var row = new DiagnosisRow("Fréchet distance", "300", "below 50", Health.Bad, "");
        var verdict = RunDoctor.Judge(Run([100, 50]) with { FurtherDiagnosis = [row] });
        Assert.Equal("Not well: Fréchet distance is 300", verdict.Headline);
        Assert.Equal(verdict.Findings.OrderByDescending(finding => finding.Health), verdict.Findings);
    }

    [Fact]
    public void Codes_need_not_match_at_the_beginning()
    {
        var report = Run([100, 60]) with { CodeMatch = new CodeMatch(Health.Bad, "effective rank 1", 0.001, 500), Prior = new LatentCodes([0, 1], 1), Snapshots = [new EpochSnapshot(2, 20) { Codes = new LatentCodes([5, 6], 1) }] };
        Assert.Equal(Health.Bad, RunDoctor.Judge(report).Health);
        Assert.Equal(Health.Good, RunDoctor.Judge(report with { Progress = report.Progress with { State = RunState.Running, Epochs = 100 } }).Health);
    }

    [Fact]
    public void Dimensions_that_repeat_one_another_count_once()
    {
        // Codes on a line in the plane: neither dimension alone shows it.
        var report = Run([100, 60]) with
        {
            CodeMatch = new CodeMatch(Health.Caution, "effective rank 1", 0.001, 500) { CollapsedDirections = 1 },
            Prior = new LatentCodes([-1, 1, 1, -1, 0, 0], 2),
            Snapshots = [new EpochSnapshot(2, 20) { Codes = new LatentCodes([-1, -1, 1, 1, 0, 0], 2) }],
        };
        Assert.Contains(RunDoctor.Judge(report).Findings, finding => finding.Text == "The codes vary in 1 of 2 directions: latent dimensions repeat one another.");
        var tile = KeyFigures.Of(report).Single(figure => figure.Label == "Dimensions in use");
        Assert.Equal(("1 of 2", "1 that repeats others", Health.Caution), (tile.Value, tile.Detail, tile.Health));
    }

    [Theory]
    [InlineData(0, 0, "8 of 8", "none collapsed", nameof(Health.Good))]
    [InlineData(1, 1, "7 of 8", "collapsed: z0", nameof(Health.Caution))]
    [InlineData(1, 0, "7 of 8", "collapsed: z0", nameof(Health.Caution))]
    [InlineData(2, 4, "4 of 8", "collapsed: z0, z1; 2 that repeat others", nameof(Health.Caution))]
    [InlineData(0, 7, "1 of 8", "7 that repeat others", nameof(Health.Bad))]
    public void Use_of_dimensions_counts_the_collapsed_and_the_repeated(int collapsed, int directions, string share, string detail, string health)
    {
        var use = new DimensionUse(8, [.. Enumerable.Range(0, collapsed)], directions);
        Assert.Equal((share, detail, Enum.Parse<Health>(health)), (use.Share, use.Detail, use.Health));
    }

    [Fact]
    public void Nothing_recorded_is_nothing_to_judge() => Assert.Equal((Health.Neutral, "Nothing to judge yet"), RunDoctor.Judge(Run([])) is var v ? (v.Health, v.Headline) : default);

    private static TrainingReport Run(double[] reconstruction) => new()
    {
        Title = "t",
        Progress = new RunProgress(RunState.Completed, 10 * reconstruction.Length, reconstruction.Length, reconstruction.Length, TimeSpan.FromSeconds(10), TimeSpan.Zero),
        Series = reconstruction.Length == 0 ? [] : [new MetricSeries("loss/reconstruction", MetricSource.Epoch, [.. reconstruction.Select((v, i) => new MetricPoint(10 * (i + 1), v))])],
    };
}
