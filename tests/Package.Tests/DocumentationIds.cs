using System.Reflection;

namespace Package.Tests;

/// <summary>The names by which the compiler's documentation file refers to types and members.</summary>
internal static class DocumentationIds
{
    public static string Of(Type type) => "T:" + Name(type);

    public static string Of(FieldInfo field) => $"F:{Name(field.DeclaringType!)}.{field.Name}";

    public static string Of(PropertyInfo property)
        => $"P:{Name(property.DeclaringType!)}.{property.Name}{Parameters(property.GetIndexParameters())}";

    public static string Of(MethodBase method)
    {
        var arity = method.IsGenericMethod ? "``" + method.GetGenericArguments().Length : "";
        var result = method is MethodInfo { Name: "op_Implicit" or "op_Explicit" } conversion ? "~" + Reference(conversion.ReturnType) : "";
        return $"M:{Name(method.DeclaringType!)}.{method.Name.Replace('.', '#')}{arity}{Parameters(method.GetParameters())}{result}";
    }

    private static string Parameters(ParameterInfo[] parameters)
        => parameters.Length == 0 ? "" : $"({string.Join(",", parameters.Select(p => Reference(p.ParameterType)))})";

    private static string Name(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string Reference(Type type)
    {
        if (type.IsByRef)
        {
            return Reference(type.GetElementType()!) + "@";
        }

        if (type.IsPointer)
        {
            return Reference(type.GetElementType()!) + "*";
        }

        if (type.IsArray)
        {
            return Reference(type.GetElementType()!) + "[" + string.Join(",", Enumerable.Repeat(type.GetArrayRank() > 1 ? "0:" : "", type.GetArrayRank())) + "]";
        }

        if (type.IsGenericParameter)
        {
            return (type.DeclaringMethod is null ? "`" : "``") + type.GenericParameterPosition;
        }

        if (!type.IsGenericType)
        {
            return type.FullName!.Replace('+', '.');
        }

        var definition = type.GetGenericTypeDefinition().FullName!.Replace('+', '.');
        return definition[..definition.IndexOf('`')] + "{" + string.Join(",", type.GetGenericArguments().Select(Reference)) + "}";
    }
}
