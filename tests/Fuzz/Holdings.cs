using System.Collections;
using System.Reflection;
using static TorchSharp.torch;

namespace Fuzz;

/// <summary>Tensors that objects hold without being disposable themselves: no leak as long as the objects live.</summary>
public static class Holdings
{
    private const int Most = 20_000;

    /// <summary>Disposes of every tensor that can be reached from the objects through their fields.</summary>
    public static void Release(IEnumerable<object?> roots)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object>(roots.OfType<object>());
        while (open.Count > 0 && seen.Count < Most)
        {
            var next = open.Pop();
            if (next is string || next.GetType().IsPrimitive || next.GetType().IsEnum || (!next.GetType().IsValueType && !seen.Add(next)))
            {
                continue;
            }

            if (next is Tensor or nn.Module or optim.Optimizer)
            {
                ((IDisposable)next).Dispose();
            }
            else if (next is IEnumerable items and (Array or IList or IDictionary))
            {
                foreach (var item in items)
                {
                    if (item is not null)
                    {
                        open.Push(item);
                    }
                }
            }
            else if (next is Delegate { Target: { } target })
            {
                open.Push(target);
            }
            else if (Members.IsOurs(next.GetType()) || next.GetType().IsGenericType || next is DictionaryEntry)
            {
                foreach (var value in Fields(next))
                {
                    open.Push(value);
                }
            }
        }
    }

    private static IEnumerable<object> Fields(object holder)
    {
        for (var type = holder.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (!field.FieldType.IsPointer && !field.FieldType.IsByRefLike && field.GetValue(holder) is { } value)
                {
                    yield return value;
                }
            }
        }
    }
}
