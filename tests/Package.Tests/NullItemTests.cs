using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;
using TorchSharp.Modules;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Reporting;
using WassersteinAutoEncoders.Testing;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Optimizers;
using WassersteinAutoEncoders.Training.Schedules;
using static TorchSharp.torch;

namespace Package.Tests;

/// <summary>A null among the items of a collection, or in one of them, is refused where it is passed or first used, and never met later as a null reference.</summary>
public sealed class NullItemTests : IDisposable
{
    private static readonly Dictionary<string, Func<NullItemTests, object?>[]> Refused = new()
    {
        ["CodeProbe.ClassNames"] = [t => new CodeProbe(t._points, [0, 1], [null!]), t => new CodeProbe(t._points) with { ClassNames = ["a", null!] }],
        ["CriticLoss.Measurements"] = [t => new CriticLoss(t._points, [(null!, t._points)]), t => new CriticLoss(t._points, [("a", null!)]), t => new CriticLoss(t._points, []) with { Measurements = [default] }],
        ["DivergenceCombinators.Plus(others: ILatentDivergence)"] = [_ => new BuresDivergence().Plus(new BuresDivergence(), null!)],
        ["EpochCompleted.Metrics"] = [t => new EpochCompleted(t._trainer, 1, 1, [default], default), t => new EpochCompleted(t._trainer, 1, 1, [], default) with { Metrics = [default] }],
        ["FeatureStatistics.FromModule(batches: Tensor)"] = [t => FeatureStatistics.FromModule(t._encoder, [t._points, null!])],
        ["Figure.Codes(classNames: String)"] = [t => Figure.Codes(t._points, new GaussianPrior(2), [.. Enumerable.Repeat(1, Count)], ["a", null!])],
        ["Figure.Curves(curves: (String, IReadOnlyList<(Double, Double)>))"] = [_ => Figure.Curves("title", "x", "y", [(null!, [])]), _ => Figure.Curves("title", "x", "y", [("a", null!)])],
        ["FitOptions.LabeledValidation"] = [t => t.Fit(new FitOptions { LabeledValidation = [(null!, t._points)] }), t => t.Fit(new FitOptions { LabeledValidation = [(t._points, null!)] })],
        ["FitOptions.Observers"] = [t => t.Fit(new FitOptions { Observers = [null!] })],
        ["FitOptions.Validation"] = [t => t.Fit(new FitOptions { Validation = [t._points, null!] })],
        ["GaussianMixturePrior(components: GaussianComponent)"] = [_ => new GaussianMixturePrior([null!]), _ => new GaussianMixturePrior([new GaussianComponent([0.0], 1), null!])],
        ["IOptimizerFactory.Create(parameters: (String, Parameter))"] =
        [
            t => OptimizerFactory.Adam().Create([(null!, t._parameter)]),
            _ => OptimizerFactory.AdamW().Create([("a", null!)]),
            _ => OptimizerFactory.Of(p => optim.SGD(p, 0.1)).Create([("a", null!)]),
        ],
        ["LatentDiagnosis.Findings"] = [t => t.Diagnosis() with { Findings = [null!] }],
        ["LatentDiagnosisOptions.Kernels"] = [t => LatentDiagnosis.Run(t._points, new GaussianPrior(2), new LatentDiagnosisOptions { Kernels = [null!] })],
        ["LawReport.Laws"] = [_ => new LawReport("a", [null!], []), _ => new LawReport("a", [], []) with { Laws = [null!] }],
        ["LawReport.Violations"] = [_ => new LawReport("a", [], [null!]), _ => new LawReport("a", [], []) with { Violations = [null!] }],
        ["MetricsRecorded.Metrics"] = [t => new MetricsRecorded(t._trainer, 1, 1, [default]), t => new MetricsRecorded(t._trainer, 1, 1, []) with { Metrics = [default] }],
        ["ModuleWeights.Save(metadata: KeyValuePair<String, String>)"] = [t => Do(() => ModuleWeights.Save(t._encoder, t.File, new Dictionary<string, string> { ["a"] = null! }))],
        ["PermutationTest.Kernels"] = [_ => new PermutationTest(1, 19, 2, [null!]), t => t.Diagnosis().TwoSampleTest with { Kernels = [null!] }],
        ["PermutationTest.Run(kernels: IKernel)"] = [t => PermutationTest.Run(t._points, t._points, [new EnergyKernel(), null!])],
        ["Prefetch.Of(source: (Tensor, Tensor))"] = [t => Prefetch.Of([(t._points, (Tensor)null!)]).Count(), t => Prefetch.Of([((Tensor)null!, t._points)]).Count()],
        ["Prefetch.Of(source: Tensor)"] = [t => Prefetch.Of([t._points, null!]).Count()],
        ["ReconstructionCosts.Plus(others: IReconstructionCost)"] = [_ => ReconstructionCosts.OfficialSquared.Plus(ReconstructionCosts.OfficialSquared, null!)],
        ["ReportOptions.Settings"] = [t => new ReportRecorder(t.File, null, new ReportOptions { Settings = [default] }), t => new ReportRecorder(t.File, null, new ReportOptions { Settings = [new("a", null!)] })],
        ["ReportRecorder.CompleteEpoch(metrics: Metric)"] = [t => t.Recorded(r => r.CompleteEpoch(1, 1, [default], default))],
        ["ReportRecorder.RecordInterval(metrics: Metric)"] = [t => t.Recorded(r => r.RecordInterval(1, [default]))],
        ["ReportRecorder.RecordValidation(metrics: Metric)"] = [t => t.Recorded(r => r.RecordValidation(1, [default]))],
        ["RunComparison.Write(names: String)"] = [t => Do(() => RunComparison.Write(t.File, [t.File, t.File], ["a", null!]))],
        ["RunComparison.Write(reports: String)"] = [t => Do(() => RunComparison.Write(t.File, [t.File, null!]))],
        ["SafetensorsFile.Write(metadata: KeyValuePair<String, String>)"] = [t => Do(() => SafetensorsFile.Write(t.File, new Dictionary<string, Tensor>(), new Dictionary<string, string> { ["a"] = null! }))],
        ["SafetensorsFile.Write(tensors: KeyValuePair<String, Tensor>)"] = [t => Do(() => SafetensorsFile.Write(t.File, new Dictionary<string, Tensor> { ["a"] = null! }, new Dictionary<string, string>()))],
        ["Schedule.EpochCompleted(metrics: Metric)"] = [_ => Do(() => Schedule.Plateau(1).EpochCompleted(1, [default]))],
        ["SumKernel(terms: (Double, IKernel))"] = [_ => new SumKernel((1, new EnergyKernel()), (1, null!))],
        ["SumKernel.Of(terms: (Double, IKernel))"] = [_ => SumKernel.Of((1, new RbfKernel(1)), (1, null!))],
        ["TrainingProgress.Metrics"] = [_ => new TrainingProgress(1, 1, 1, 1, 1, [default]), _ => new TrainingProgress(1, 1, 1, 1, 1, []) with { Metrics = [default] }],
        ["WaeModel.Evaluate(batches: (Tensor, Tensor))"] = [t => t._trainer.Model.Evaluate([(t._points, (Tensor)null!)], t._trainer.Divergence)],
        ["WaeModel.Evaluate(batches: Tensor)"] = [t => t._trainer.Model.Evaluate([t._points, null!], t._trainer.Divergence)],
        ["WaeRun.History"] = [_ => new WaeRun(1, 1, RunOutcome.Completed, [null!], default), _ => new WaeRun(1, 1, RunOutcome.Completed, [[default]], default), _ => new WaeRun(1, 1, RunOutcome.Completed, [], default) with { History = [[default]] }],
        ["WaeStepResult.Measurements"] = [t => new WaeStepResult(t._points, t._points, t._points, 1, [("a", null!)]), t => new WaeStepResult(t._points, t._points, t._points, 1, []) with { Measurements = [default] }],
        ["WaeTrainer.Evaluate(batches: (Tensor, Tensor))"] = [t => t._trainer.Evaluate([(t._points, (Tensor)null!)])],
        ["WaeTrainer.Evaluate(batches: Tensor)"] = [t => t._trainer.Evaluate([t._points, null!])],
        ["WaeTrainer.Fit(batches: (Tensor, Tensor))"] = [t => t._trainer.Fit([(t._points, (Tensor)null!)], 1)],
        ["WaeTrainer.Fit(batches: Dictionary<String, Tensor>)"] = [t => t._trainer.Fit([(Dictionary<string, Tensor>)null!], 1), t => t._trainer.Fit([new Dictionary<string, Tensor> { ["data"] = null! }], 1)],
        ["WaeTrainer.Fit(batches: Tensor)"] = [t => t._trainer.Fit([t._points, null!], 1)],
        ["WaeTrainer.TestLearningRates(batches: (Tensor, Tensor))"] = [t => t._trainer.TestLearningRates([(t._points, (Tensor)null!)])],
        ["WaeTrainer.TestLearningRates(batches: Tensor)"] = [t => t._trainer.TestLearningRates([t._points, null!])],
    };

    private const int Count = 12;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _folder = Directory.CreateTempSubdirectory("null-items-").FullName;
    private readonly Tensor _points = rand(Count, 2);
    private readonly Parameter _parameter = new(rand(2));
    private readonly nn.Module<Tensor, Tensor> _encoder = nn.Linear(2, 2), _decoder = nn.Linear(2, 2);
    private readonly WaeTrainer _trainer;

    public NullItemTests() => _trainer = new WaeTrainer(_encoder, _decoder, new GaussianPrior(2), new BuresDivergence());

    public static TheoryData<string> Entries => [.. Refused.Keys];

    private string File => Path.Combine(_folder, "file");

    [Theory]
    [MemberData(nameof(Entries))]
    public void A_null_among_the_items_is_an_argument_error(string entry)
    {
        foreach (var call in Refused[entry])
        {
            Assert.IsAssignableFrom<ArgumentException>(Record.Exception(() => call(this)));
        }
    }

    [Fact]
    public void Every_collection_that_can_hold_a_null_has_its_line()
        => Assert.Equal(Packages.Assemblies.SelectMany(a => a.GetExportedTypes()).SelectMany(Collections).Distinct().Order(StringComparer.Ordinal), Refused.Keys.Order(StringComparer.Ordinal));

    /// <summary>Settings are looked at when they are used; what holds results is looked at when it is made.</summary>
    [Fact]
    public void A_result_without_one_of_its_lists_cannot_be_made()
    {
        var nullability = new NullabilityInfoContext();
        var properties = Packages.Assemblies.SelectMany(a => a.GetExportedTypes())
            .Where(type => IsRecord(type) && !type.IsAbstract && !type.Name.EndsWith("Options", StringComparison.Ordinal))
            .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(property => property.SetMethod is not null && ElementOf(property.PropertyType) is not null && nullability.Create(property).WriteState == NullabilityState.NotNull)
            .ToList();
        Assert.True(properties.Count > 10);
        foreach (var property in properties)
        {
            var error = Record.Exception(() => property.SetValue(RuntimeHelpers.GetUninitializedObject(property.DeclaringType!), null));
            Assert.True(error is TargetInvocationException { InnerException: ArgumentNullException }, $"{property.DeclaringType!.Name}.{property.Name} takes null: {error}");
        }
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _encoder.Dispose();
        _decoder.Dispose();
        _parameter.Dispose();
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private WaeRun Fit(FitOptions options) => _trainer.Fit([_points], 1, options);

    private LatentDiagnosis Diagnosis() => LatentDiagnosis.Run(_points, new GaussianPrior(2), new LatentDiagnosisOptions { Permutations = 19, PriorSamples = 100 });

    private object? Recorded(Action<ReportRecorder> use)
    {
        using var recorder = new ReportRecorder(File);
        return Do(() => use(recorder));
    }

    private static object? Do(Action call)
    {
        call();
        return null;
    }

    /// <summary>The parameters and properties of a type whose items can be null or hold a null; a record's parameter counts as the property.</summary>
    private static IEnumerable<string> Collections(Type type)
    {
        if (type.IsEnum || type.IsSubclassOf(typeof(Delegate)))
        {
            yield break;
        }

        const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var property in type.GetProperties(Declared).Where(p => p.SetMethod is { IsPublic: true } && CanHoldNull(p.PropertyType)))
        {
            yield return $"{type.Name}.{property.Name}";
        }

        var callables = type.GetConstructors(Declared).Where(_ => !IsRecord(type)).Concat<MethodBase>(type.GetMethods(Declared).Where(m => !m.IsSpecialName && !m.IsDefined(typeof(CompilerGeneratedAttribute)) && m.GetBaseDefinition() == m));
        foreach (var callable in callables.Where(c => !Implements(c)))
        {
            foreach (var parameter in callable.GetParameters().Where(p => CanHoldNull(p.ParameterType)))
            {
                yield return $"{type.Name}{(callable.IsConstructor ? "" : "." + callable.Name)}({parameter.Name}: {NameOf(ElementOf(parameter.ParameterType)!)})";
            }
        }
    }

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    private static bool Implements(MethodBase method)
        => method.DeclaringType is { IsInterface: false } type && type.GetInterfaces().Any(i => type.GetInterfaceMap(i).TargetMethods.Contains(method));

    private static bool CanHoldNull(Type type) => ElementOf(type) is { } element && CanBeNull(element);

    private static bool CanBeNull(Type type)
        => !type.IsValueType || (!type.IsPrimitive && !type.IsEnum && type.Assembly != typeof(TimeSpan).Assembly && type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance).Any(f => CanBeNull(f.FieldType)))
            || (type.IsGenericType && type.GetGenericArguments().Any(CanBeNull));

    private static Type? ElementOf(Type type)
        => type.IsArray ? type.GetElementType()
        : type is not { IsGenericType: true, Namespace: "System.Collections.Generic" } ? null
        : type.GetInterfaces().Append(type).FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];

    private static string NameOf(Type type)
        => !type.IsGenericType ? type.Name
        : typeof(ITuple).IsAssignableFrom(type) ? $"({string.Join(", ", type.GetGenericArguments().Select(NameOf))})"
        : $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>";
}
