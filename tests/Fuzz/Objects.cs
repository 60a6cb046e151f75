using System.Reflection;
using System.Runtime.CompilerServices;

namespace Fuzz;

/// <summary>No object of a type could be made: the call is not counted.</summary>
public sealed class NotMadeException(string what) : Exception(what);

public sealed partial class Values
{
    private const int Deepest = 5;

    /// <summary>An object through a public constructor or factory of the packages, with good arguments or one bad one.</summary>
    public object? Object(Type type, bool bad, int depth)
    {
        if (type.IsInterface && (depth >= Deepest || Random.Next(bad ? 2 : 12) == 0))
        {
            return HostileProxy.Make(type, this);
        }

        var makers = Makers(type);
        for (var attempt = 0; attempt < 8 && makers.Length > 0; attempt++)
        {
            var maker = Pick(makers);
            try
            {
                // The later attempts leave out what is bad, so that something comes of it.
                return Create(maker, bad && attempt < 4, depth);
            }
            catch (TargetInvocationException e) when (Outcome.IsAllowed(e.InnerException!))
            {
                // Refused: another try.
            }
            catch (NotMadeException)
            {
                // A part could not be made: another try.
            }
        }

        return type.IsInterface ? HostileProxy.Make(type, this)
            : type.IsValueType ? Activator.CreateInstance(type)
            : throw new NotMadeException(type.Name);
    }

    /// <summary>Values for the parameters: bad ones where the mask says so, else good ones, defaults among them.</summary>
    public object?[] Arguments(MethodBase method, Func<int, bool> isBad, int depth)
        => [.. method.GetParameters().Select((p, i) => isBad(i) ? Bad(p.ParameterType, p.Name ?? "", depth)
            : p.HasDefaultValue && Random.Next(2) == 0 ? Default(p)
            : Good(p.ParameterType, p.Name ?? "", depth))];

    private static object? Default(ParameterInfo p)
        => p.DefaultValue is { } value ? p.ParameterType.IsEnum ? Enum.ToObject(p.ParameterType, value) : value
        : p.ParameterType.IsValueType && Nullable.GetUnderlyingType(p.ParameterType) is null ? Activator.CreateInstance(p.ParameterType) : null;

    private object? Create(MethodBase maker, bool bad, int depth)
    {
        if (depth > Deepest)
        {
            throw new NotMadeException(maker.DeclaringType!.Name);
        }

        var count = maker.GetParameters().Length;
        var settable = maker is ConstructorInfo ? maker.DeclaringType!.GetProperties().Where(p => p.SetMethod is { IsPublic: true } && p.GetIndexParameters().Length == 0).ToArray() : [];
        var wrong = bad ? Random.Next(count + settable.Length) : -1;
        var arguments = Arguments(maker, i => i == wrong, depth + 1);
        var made = maker is ConstructorInfo constructor ? constructor.Invoke(arguments) : maker.Invoke(null, arguments);
        Own(made);
        if (made is not null)
        {
            Made.Add(made);
        }

        for (var i = 0; i < settable.Length; i++)
        {
            var property = settable[i];
            if (count + i == wrong)
            {
                property.SetValue(made, Bad(property.PropertyType, property.Name, depth + 1));
            }
            else if (property.IsDefined(typeof(RequiredMemberAttribute)) || Random.Next(8) == 0)
            {
                property.SetValue(made, Good(property.PropertyType, property.Name, depth + 1));
            }
        }

        if (bad && wrong < 0 && made is IDisposable disposable)
        {
            disposable.Dispose();
        }

        return made;
    }

    private static MethodBase[] Makers(Type type)
        => [.. Members.Types.Where(candidate => !candidate.IsAbstract && !candidate.IsInterface && type.IsAssignableFrom(candidate)).SelectMany(candidate => candidate.GetConstructors()).Where(c => c.GetParameters().All(p => !p.ParameterType.IsByRefLike)),
            .. Members.Types.SelectMany(candidate => candidate.GetMethods(BindingFlags.Public | BindingFlags.Static)).Where(m => !m.ContainsGenericParameters && m.ReturnType != typeof(object) && type.IsAssignableFrom(m.ReturnType) && m.GetParameters().All(p => !p.ParameterType.IsByRefLike && !p.ParameterType.IsByRef))];
}
