using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Fuzz;

public sealed partial class Values
{
    /// <summary>Arrays, lists, sequences, dictionaries, tuples and delegates of anything.</summary>
    private object? Container(Type type, string name, bool bad, int depth)
    {
        if (type.IsArray)
        {
            if (type.GetArrayRank() > 1)
            {
                return Array.CreateInstance(type.GetElementType()!, [.. Enumerable.Range(0, type.GetArrayRank()).Select(_ => bad ? Random.Next(3) : (int)Tensors.D)]);
            }

            return Items(type.GetElementType()!, name, bad, depth);
        }

        if (type.IsSubclassOf(typeof(Delegate)))
        {
            return Function(type, bad);
        }

        if (!type.IsGenericType)
        {
            return null;
        }

        var arguments = type.GetGenericArguments();
        var definition = type.GetGenericTypeDefinition();
        if (typeof(ITuple).IsAssignableFrom(type) || definition == typeof(KeyValuePair<,>))
        {
            var wrong = bad ? Random.Next(arguments.Length) : -1;
            return Activator.CreateInstance(type, [.. arguments.Select((argument, i) => i == wrong ? Bad(argument, name, depth + 1) : Good(argument, name, depth + 1))]);
        }

        if (arguments.Length == 2 && type.IsAssignableFrom(typeof(Dictionary<,>).MakeGenericType(arguments)))
        {
            var dictionary = (System.Collections.IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(arguments))!;
            for (var i = bad ? 1 : Random.Next(3); i > 0; i--)
            {
                if (Good(arguments[0], name, depth + 1) is { } key)
                {
                    dictionary[key] = bad ? Bad(arguments[1], name, depth + 1) : Good(arguments[1], name, depth + 1);
                }
            }

            return dictionary;
        }

        if (arguments.Length != 1)
        {
            return null;
        }

        if (definition == typeof(IEnumerable<>) && Random.Next(3) == 0)
        {
            var sequence = typeof(Values).GetMethod(nameof(Sequence), BindingFlags.NonPublic | BindingFlags.Instance)!.MakeGenericMethod(arguments);
            return sequence.Invoke(this, [name, bad, depth]);
        }

        return type.IsAssignableFrom(arguments[0].MakeArrayType()) ? Items(arguments[0], name, bad, depth)
            : type.IsAssignableFrom(typeof(List<>).MakeGenericType(arguments)) ? Activator.CreateInstance(typeof(List<>).MakeGenericType(arguments), Items(arguments[0], name, bad, depth))
            : null;
    }

    private Array Items(Type element, string name, bool bad, int depth)
    {
        var count = bad && Random.Next(4) == 0 ? 0 : Random.Next(1, 4);
        var items = Array.CreateInstance(element, count);
        var wrong = bad && count > 0 ? Random.Next(count) : -1;
        for (var i = 0; i < count; i++)
        {
            items.SetValue(i == wrong ? Bad(element, name, depth + 1) : Good(element, name, depth + 1), i);
        }

        return items;
    }

    /// <summary>A lazy sequence; a bad one holds a bad item or throws in the middle.</summary>
    private IEnumerable<T> Sequence<T>(string name, bool bad, int depth)
    {
        yield return (T)Good(typeof(T), name, depth + 1)!;
        if (bad && Random.Next(2) == 0)
        {
            throw new CallerException();
        }

        yield return (T)(bad ? Bad(typeof(T), name, depth + 1) : Good(typeof(T), name, depth + 1))!;
    }

    private Delegate Function(Type type, bool bad)
    {
        var invoke = type.GetMethod("Invoke")!;
        var parameters = invoke.GetParameters().Select(p => Expression.Parameter(p.ParameterType)).ToArray();
        Expression answer = Expression.Call(Expression.Constant(this), nameof(Answer), null, Expression.Constant(invoke.ReturnType), Expression.Constant(bad ? Random.Next(3) : 3));
        return Expression.Lambda(type, invoke.ReturnType == typeof(void) ? answer : Expression.Convert(answer, invoke.ReturnType), parameters).Compile();
    }

    private object? Answer(Type type, int manner)
        => manner == 0 ? throw new CallerException()
        : type == typeof(void) ? null
        : manner == 1 ? type.IsValueType ? Activator.CreateInstance(type) : null
        : manner == 2 ? Bad(type, "", depth: 2)
        : Good(type, "", depth: 2);
}
