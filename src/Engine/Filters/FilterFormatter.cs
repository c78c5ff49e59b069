using System.Text;

namespace IqdbFlat.Engine.Filters;

/// <summary>Writes filter text. Recursive: filters have passed the depth cap before they come here.</summary>
internal static class FilterFormatter
{
    private static readonly string[] Operators = ["=", "!=", "<", "<=", ">", ">="];
    private static readonly string[] TextOperators = [FilterWords.StartsWith, FilterWords.EndsWith, FilterWords.ContainsText];

    public static string Format(Filter filter)
    {
        var text = new StringBuilder();
        Append(text, filter);
        return text.ToString();
    }

    private static void Append(StringBuilder text, Filter filter)
    {
        switch (filter)
        {
            case CompareFilter leaf:
                AppendField(text, leaf.Field);
                text.Append(' ').Append(Operators[(int)leaf.Operator]).Append(' ');
                AppendValue(text, leaf.Value);
                break;
            case InFilter leaf:
                AppendField(text, leaf.Field);
                text.Append(' ').Append(FilterWords.In).Append(" (");
                AppendValues(text, leaf.Values);
                text.Append(')');
                break;
            case ContainsFilter leaf:
                AppendField(text, leaf.Field);
                text.Append(' ').Append(FilterWords.Contains).Append(' ');
                AppendValue(text, leaf.Value);
                break;
            case ContainsAnyFilter leaf:
                AppendField(text, leaf.Field);
                text.Append(' ').Append(FilterWords.ContainsAny).Append(" (");
                AppendValues(text, leaf.Values);
                text.Append(')');
                break;
            case TextFilter leaf:
                AppendField(text, leaf.Field);
                text.Append(' ').Append(TextOperators[(int)leaf.Operator]).Append(' ');
                AppendValue(text, leaf.Text);
                break;
            case NotFilter not:
                text.Append(FilterWords.Not).Append(' ');
                AppendOperand(text, not.Inner);
                break;
            case AndFilter and:
                AppendRow(text, FilterWords.And, and.Filters);
                break;
            case OrFilter or:
                AppendRow(text, FilterWords.Or, or.Filters);
                break;
            default:
                throw new InvalidOperationException($"The formatter does not know the filter node {filter.GetType().Name}.");
        }
    }

    private static void AppendRow(StringBuilder text, string word, IReadOnlyList<Filter> filters)
    {
        if (filters.Count < 2)
        {
            // Between fewer than two there is no place for the word, so it stands in front.
            text.Append(word).Append('(');
            if (filters.Count == 1)
                Append(text, filters[0]);
            text.Append(')');
            return;
        }

        for (int i = 0; i < filters.Count; i++)
        {
            if (i > 0)
                text.Append(' ').Append(word).Append(' ');
            AppendOperand(text, filters[i]);
        }
    }

    // Rows within rows always stand in parentheses: some must, and nobody has to remember which word binds tighter.
    private static void AppendOperand(StringBuilder text, Filter filter)
    {
        bool isRow = filter is AndFilter { Filters.Count: >= 2 } or OrFilter { Filters.Count: >= 2 };
        text.Append(isRow ? "(" : "");
        Append(text, filter);
        text.Append(isRow ? ")" : "");
    }

    private static void AppendField(StringBuilder text, string field)
    {
        if (FilterWords.IsPlain(field))
            text.Append(field);
        else
            text.Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }

    private static void AppendValues(StringBuilder text, IReadOnlyList<MetadataValue> values)
    {
        for (int i = 0; i < values.Count; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            AppendValue(text, values[i]);
        }
    }

    private static void AppendValue(StringBuilder text, in MetadataValue value)
    {
        switch (value.Kind)
        {
            case MetadataKind.String:
                text.Append('\'').Append(value.AsString.Replace("'", "''", StringComparison.Ordinal)).Append('\'');
                break;
            case MetadataKind.Float:
                text.Append(FilterNumber.Write(value.AsFloat));
                break;
            case MetadataKind.Instant:
                text.Append(FilterWords.Instant).Append(" '").Append(InstantText.Format(value.AsInstant)).Append('\'');
                break;
            case MetadataKind.Array:
                text.Append('[');
                AppendValues(text, value.AsArray);
                text.Append(']');
                break;
            default:
                text.Append(value.ToString());
                break;
        }
    }
}
