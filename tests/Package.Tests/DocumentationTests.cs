using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Package.Tests;

/// <summary>Every public type and member is documented: a summary, every parameter, every result.</summary>
public class DocumentationTests
{
    public static TheoryData<string> Names => Packages.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_public_member_is_documented(string package)
    {
        var assembly = Packages.Named(package);
        var entries = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
            .ToDictionary(m => m.Attribute("name")!.Value);
        var gaps = assembly.GetExportedTypes().SelectMany(type => Gaps(type, entries)).ToList();

        Assert.True(gaps.Count == 0, $"{gaps.Count} gaps in the documentation of {package}:\n" + string.Join("\n", gaps));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Tensors_in_public_signatures_state_their_shape(string package)
    {
        var assembly = Packages.Named(package);
        var entries = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
            .ToDictionary(m => m.Attribute("name")!.Value);
        var gaps = from type in assembly.GetExportedTypes()
                   from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                   where !method.IsSpecialName && !IsGenerated(method) && method.Name != "forward"
                   where method.ReturnType.Name == "Tensor" || method.GetParameters().Any(p => p.ParameterType.Name == "Tensor")
                   let entry = entries.GetValueOrDefault(DocumentationIds.Of(method))
                   where entry is not null && !entry.Descendants("inheritdoc").Any()
                   where !entry.Value.Contains('[') && !entry.Value.Contains("scalar", StringComparison.OrdinalIgnoreCase) && !entry.Value.Contains("shape", StringComparison.OrdinalIgnoreCase)
                   select DocumentationIds.Of(method);

        Assert.Empty(gaps);
    }

    private static IEnumerable<string> Gaps(Type type, Dictionary<string, XElement> entries)
    {
        const BindingFlags declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var record = type.GetMethod("<Clone>$", declared) is not null;
        foreach (var gap in Check(DocumentationIds.Of(type), entries, [], needsResult: false))
        {
            yield return gap;
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            yield break;
        }

        foreach (var member in type.GetMembers(declared))
        {
            if (IsGenerated(member))
            {
                continue;
            }

            var gaps = member switch
            {
                FieldInfo field when field.IsPublic || field.IsFamily => field.IsSpecialName ? [] : Check(DocumentationIds.Of(field), entries, [], false),
                PropertyInfo property when IsVisible(property.GetMethod ?? property.SetMethod) => Check(DocumentationIds.Of(property), entries, [], false),
                ConstructorInfo constructor when IsVisible(constructor) && !(record && !entries.ContainsKey(DocumentationIds.Of(constructor)))
                    && !(constructor.GetParameters().Length == 0 && !entries.ContainsKey(DocumentationIds.Of(constructor)))
                    => Check(DocumentationIds.Of(constructor), entries, constructor.GetParameters(), false),
                MethodInfo method when IsVisible(method) && !method.IsSpecialName && !IsObjectMember(method)
                    => Check(DocumentationIds.Of(method), entries, method.GetParameters(), method.ReturnType != typeof(void)),
                _ => [],
            };
            foreach (var gap in gaps)
            {
                yield return gap;
            }
        }
    }

    private static IEnumerable<string> Check(string id, Dictionary<string, XElement> entries, ParameterInfo[] parameters, bool needsResult)
    {
        if (!entries.TryGetValue(id, out var entry))
        {
            yield return $"{id}: nothing";
            yield break;
        }

        if (entry.Descendants("inheritdoc").Any())
        {
            yield break;
        }

        if (string.IsNullOrWhiteSpace(entry.Element("summary")?.Value) && entry.Element("summary")?.HasElements != true)
        {
            yield return $"{id}: no summary";
        }

        foreach (var parameter in parameters)
        {
            var text = entry.Elements("param").FirstOrDefault(p => p.Attribute("name")?.Value == parameter.Name);
            if (text is null && !Mentions(entry, parameter.Name!))
            {
                yield return $"{id}: parameter {parameter.Name}";
            }
        }

        // A result that the summary is about needs no second sentence, but a summary has to say so ("The …", "Whether …").
        if (needsResult && entry.Element("returns") is null && string.IsNullOrWhiteSpace(entry.Element("summary")?.Value))
        {
            yield return $"{id}: result";
        }
    }

    private static bool Mentions(XElement entry, string parameter)
        => entry.Descendants("paramref").Any(p => p.Attribute("name")?.Value == parameter);

    private static bool IsVisible(MethodBase? method) => method is not null && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly);

    private static bool IsGenerated(MemberInfo member)
        => member.GetCustomAttribute<CompilerGeneratedAttribute>() is not null || member.Name.Contains('<') || member.Name is "Deconstruct" or "EqualityContract" or "PrintMembers"
           || member.DeclaringType!.GetMethod("<Clone>$") is not null && member is MethodInfo { Name: "Equals" or "GetHashCode" or "ToString" };

    private static bool IsObjectMember(MethodInfo method) => method.Name is "Equals" or "GetHashCode" or "ToString" or "Finalize";
}
