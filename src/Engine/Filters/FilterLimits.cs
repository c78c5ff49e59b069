using IqdbFlat.Engine.Values;

namespace IqdbFlat.Engine;

/// <summary>The caps of a filter, so that no filter can exhaust the process that evaluates it.</summary>
public static class FilterLimits
{
    /// <summary>
    /// Throws <see cref="FlatErrorKind.InvalidFilter"/> when the filter passes a cap: depth <see cref="Limits.FilterDepth"/> (each And, Or and
    /// Not on a path counts one, leaves none), <see cref="Limits.FilterInValues"/> values in one In or ContainsAny (duplicates
    /// counted), <see cref="Limits.ArrayElements"/> elements in one array, <see cref="Limits.FilterNodes"/> nodes in all (a node that stands in two places counts twice); or when a field name or string in it
    /// is not valid Unicode. No filter (null) passes.
    /// </summary>
    /// <remarks>Looks at the whole tree, whatever evaluation would skip, and does not recurse.</remarks>
    public static void Check(Filter? filter)
    {
        if (filter is null)
            return;
        int nodes = 1;
        var open = new Stack<(Filter Node, int Above)>();
        open.Push((filter, 0));
        while (open.TryPop(out var next))
        {
            var (node, above) = next;
            switch (node)
            {
                case CompareFilter leaf:
                    CheckValue(leaf.Field, leaf.Value);
                    break;
                case ContainsFilter leaf:
                    CheckValue(leaf.Field, leaf.Value);
                    break;
                case InFilter leaf:
                    CheckValues("in", leaf.Field, leaf.Values);
                    break;
                case ContainsAnyFilter leaf:
                    CheckValues("containsany", leaf.Field, leaf.Values);
                    break;
                case TextFilter leaf:
                    CheckText(leaf.Field, leaf.Text);
                    break;
                case NotFilter not:
                    CheckDepth(above + 1);
                    nodes = CountNodes(nodes, 1);
                    open.Push((not.Inner, above + 1));
                    break;
                case AndFilter and:
                    PushAll(and.Filters, above + 1);
                    break;
                case OrFilter or:
                    PushAll(or.Filters, above + 1);
                    break;
                default:
                    throw new InvalidOperationException($"The check does not know the filter node {node.GetType().Name}.");
            }
        }

        void PushAll(IReadOnlyList<Filter> filters, int depth)
        {
            CheckDepth(depth);
            nodes = CountNodes(nodes, filters.Count);
            for (int i = filters.Count - 1; i >= 0; i--)
                open.Push((filters[i], depth));
        }
    }

    internal static FlatIndexException TooDeep() =>
        FlatIndexException.InvalidFilter($"at most {Limits.FilterDepth} levels of and, or and not, found more");

    private static void CheckDepth(int depth)
    {
        if (depth > Limits.FilterDepth)
            throw TooDeep();
    }

    // Counted before anything is pushed, so that the stack never holds more than the cap.
    private static int CountNodes(int nodes, int more) => more <= Limits.FilterNodes - nodes
        ? nodes + more
        : throw FlatIndexException.InvalidFilter($"at most {Limits.FilterNodes} nodes, found more");

    private static void CheckValue(string field, in MetadataValue value)
    {
        if (value.Kind == MetadataKind.Array && value.Elements.Length > Limits.ArrayElements)
            throw FlatIndexException.InvalidFilter($"at most {Limits.ArrayElements} elements in one array, found {value.Elements.Length}");
        CheckText(field, value);
    }

    private static void CheckValues(string word, string field, IReadOnlyList<MetadataValue> values)
    {
        if (values.Count > Limits.FilterInValues)
            throw FlatIndexException.InvalidFilter($"at most {Limits.FilterInValues} values in one {word}, found {values.Count}");
        CheckText(field, MetadataValue.Null);
        for (int i = 0; i < values.Count; i++)
            CheckValue(field, values[i]);
    }

    /// <summary>Refuses a field name or strings that UTF-8 cannot carry.</summary>
    internal static void CheckText(string field, IReadOnlyList<MetadataValue> values)
    {
        CheckText(field, MetadataValue.Null);
        for (int i = 0; i < values.Count; i++)
            CheckText(field, values[i]);
    }

    /// <summary>Refuses a field name or string that UTF-8 cannot carry.</summary>
    internal static void CheckText(string field, in MetadataValue value)
    {
        if (!UnicodeText.IsValid(field))
            throw FlatIndexException.InvalidFilter($"the field name {UnicodeText.Quote(field)} is not valid Unicode: it has half of a surrogate pair");
        if (!UnicodeText.IsValid(value))
            throw FlatIndexException.InvalidFilter($"the string compared with the field {UnicodeText.Quote(field)} is not valid Unicode: it has half of a surrogate pair");
    }
}
