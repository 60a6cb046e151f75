using System.Reflection;
using System.Runtime.CompilerServices;

namespace Fuzz;

/// <summary>One thing to call: a constructor, a method, a setter, or all the getters of a type.</summary>
/// <param name="Type">The type that has it.</param>
/// <param name="Method">The constructor, method or setter; null for the getters.</param>
public sealed record Member(Type Type, MethodBase? Method)
{
    public string Name => Method is null
        ? $"{TypeName}.(get)"
        : $"{TypeName}.{Method.Name.TrimStart('.')}({string.Join(", ", Method.GetParameters().Select(p => p.ParameterType.Name))})";

    private string TypeName => Type.FullName!.Replace("WassersteinAutoEncoders.", "", StringComparison.Ordinal);
}

/// <summary>What the packages offer, found by reflection.</summary>
public static class Members
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static readonly Assembly[] Packages = [Assembly.Load("WassersteinAutoEncoders"), Assembly.Load("WassersteinAutoEncoders.Reporting"), Assembly.Load("WassersteinAutoEncoders.Testing")];

    public static readonly Type[] Types = [.. Packages
        .SelectMany(assembly => assembly.GetExportedTypes())
        .Where(type => !type.IsEnum && !type.IsSubclassOf(typeof(Delegate)) && !type.IsSubclassOf(typeof(Exception)) && !type.ContainsGenericParameters)
        .OrderBy(type => type.FullName, StringComparer.Ordinal)];

    public static bool IsOurs(Type type) => Packages.Contains(type.Assembly);

    /// <summary>Every member that reflection can call, in a fixed order; only those whose names contain one of the words, which commas part.</summary>
    public static IReadOnlyList<Member> All(string only)
        => [.. Types.SelectMany(Of).Where(member => only.Split(',').Any(word => member.Name.Contains(word, StringComparison.OrdinalIgnoreCase)))];

    private static IEnumerable<Member> Of(Type type)
    {
        if (!type.IsInterface && !type.IsAbstract)
        {
            foreach (var constructor in type.GetConstructors().Where(IsCallable))
            {
                yield return new(type, constructor);
            }
        }

        foreach (var method in type.GetMethods(Declared).Where(IsCallable))
        {
            if (!method.ContainsGenericParameters && !IsWrittenByCompiler(method) && !IsGetter(method))
            {
                yield return new(type, method);
            }
        }

        if (Getters(type).Any())
        {
            yield return new(type, null);
        }
    }

    public static IEnumerable<PropertyInfo> Getters(Type type)
        => type.GetProperties(Declared).Where(p => p.GetMethod is { IsPublic: true } get && get.GetParameters().Length == 0 && IsCallable(get) && p.Name != "EqualityContract");

    // Spans can't be boxed, so reflection can't pass them.
    private static bool IsCallable(MethodBase method)
        => method.GetParameters().All(p => !p.ParameterType.IsByRefLike && !p.ParameterType.IsByRef && !p.ParameterType.IsPointer)
            && (method is not MethodInfo info || !info.ReturnType.IsByRefLike);

    private static bool IsGetter(MethodInfo method) => method.IsSpecialName && method.Name.StartsWith("get_", StringComparison.Ordinal) && method.GetParameters().Length == 0;

    // A record's own Equals, ToString and Deconstruct; accessors stay.
    private static bool IsWrittenByCompiler(MethodInfo method)
        => (!method.IsSpecialName && method.IsDefined(typeof(CompilerGeneratedAttribute))) || method.Name is "op_Equality" or "op_Inequality";
}
