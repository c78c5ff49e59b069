using System.Text;

namespace IqdbFlat.Engine.Tests;

/// <summary>A filter as plain nested text, kinds and bits included: two filters are structurally equal when their shapes are.</summary>
internal static class FilterShape
{
    public static string Of(Filter? filter)
    {
        var shape = new StringBuilder();
        Append(shape, filter);
        return shape.ToString();
    }

    private static void Append(StringBuilder shape, Filter? filter)
    {
        switch (filter)
        {
            case null:
                shape.Append("none");
                break;
            case CompareFilter leaf:
                shape.Append(leaf.Operator).Append('[').Append(leaf.Field.Length).Append(':').Append(leaf.Field).Append(' ').Append(Of(leaf.Value)).Append(']');
                break;
            case InFilter leaf:
                shape.Append("In[").Append(leaf.Field.Length).Append(':').Append(leaf.Field);
                foreach (var value in leaf.Values)
                    shape.Append(' ').Append(Of(value));
                shape.Append(']');
                break;
            case ContainsFilter leaf:
                shape.Append("Contains[").Append(leaf.Field.Length).Append(':').Append(leaf.Field).Append(' ').Append(Of(leaf.Value)).Append(']');
                break;
            case ContainsAnyFilter leaf:
                shape.Append("ContainsAny[").Append(leaf.Field.Length).Append(':').Append(leaf.Field);
                foreach (var value in leaf.Values)
                    shape.Append(' ').Append(Of(value));
                shape.Append(']');
                break;
            case TextFilter leaf:
                shape.Append("Text").Append(leaf.Operator).Append('[').Append(leaf.Field.Length).Append(':').Append(leaf.Field).Append(' ').Append(Of(leaf.Text)).Append(']');
                break;
            case NotFilter not:
                shape.Append("Not(");
                Append(shape, not.Inner);
                shape.Append(')');
                break;
            case AndFilter and:
                AppendAll(shape, "And", and.Filters);
                break;
            case OrFilter or:
                AppendAll(shape, "Or", or.Filters);
                break;
        }
    }

    private static void AppendAll(StringBuilder shape, string name, IReadOnlyList<Filter> filters)
    {
        shape.Append(name).Append('(');
        foreach (var filter in filters)
        {
            Append(shape, filter);
            shape.Append(',');
        }

        shape.Append(')');
    }

    private static string Of(MetadataValue value) => value.Kind switch
    {
        MetadataKind.String => $"String {value.AsString.Length}:{value.AsString}",
        MetadataKind.Float => $"Float {BitConverter.DoubleToInt64Bits(value.AsFloat):X16}",
        MetadataKind.Instant => $"Instant {value.AsInstant.UtcTicks}{value.AsInstant.TotalOffsetMinutes:+0;-0}",
        MetadataKind.Array => $"Array({string.Join(' ', value.AsArray.Select(Of))})",
        _ => $"{value.Kind} {value}",
    };
}
