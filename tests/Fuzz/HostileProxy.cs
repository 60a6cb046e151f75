using System.Reflection;

namespace Fuzz;

/// <summary>An implementation of any interface: returns good values, nothing, bad values, or throws.</summary>
public class HostileProxy : DispatchProxy
{
    private Values _values = null!;
    private int _manner;

    public static object Make(Type type, Values values)
    {
        var proxy = (HostileProxy)Create(type, typeof(HostileProxy));
        proxy._values = values;
        proxy._manner = values.Random.Next(6);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var type = targetMethod!.ReturnType;
        if (type == typeof(void))
        {
            return _manner == 0 && targetMethod.Name != nameof(IDisposable.Dispose) ? throw new CallerException() : null;
        }

        return _manner switch
        {
            0 => throw new CallerException(),
            1 => type.IsValueType ? Activator.CreateInstance(type) : null,
            2 => _values.Bad(type, targetMethod.Name, depth: 2),
            _ => _values.Good(type, targetMethod.Name, depth: 2),
        };
    }
}
