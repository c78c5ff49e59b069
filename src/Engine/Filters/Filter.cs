namespace IqdbFlat.Engine;

/// <summary>
/// A condition on metadata, evaluated before any distance. Leaves compare one field with values; <see cref="And"/>,
/// <see cref="Or"/> and <see cref="Not"/> combine. Nodes are immutable.
/// </summary>
/// <remarks>
/// <para>A row without the field fails every leaf, also <see cref="Neq"/> and <see cref="Eq"/> with null; <c>Not(leaf)</c> is then true.</para>
/// <para>Equal means of one kind and equal: an Int never equals a Float, NaN equals nothing, -0.0 equals 0.0, null equals null.
/// Neq on a present field is the plain opposite. The order comparisons are false for another kind; false is below true; strings
/// compare by their UTF-8 bytes, instants as points in time; arrays are equal where their elements are and have no order. And() of nothing is true, Or() of nothing is false, In() and ContainsAny() of nothing are false.</para>
/// <para>Caps are checked where a filter is used, over the whole tree and without recursion; see <see cref="Limits"/>.</para>
/// </remarks>
public abstract class Filter
{
    private protected Filter()
    {
    }

    /// <summary>The field is there and equals the value.</summary>
    public static Filter Eq(string field, MetadataValue value) => new CompareFilter(CompareOperator.Eq, field, value);

    /// <summary>The field is there and does not equal the value; another kind does not equal it.</summary>
    public static Filter Neq(string field, MetadataValue value) => new CompareFilter(CompareOperator.Neq, field, value);

    /// <summary>The field is there, of the value's kind, and below it.</summary>
    public static Filter Lt(string field, MetadataValue value) => new CompareFilter(CompareOperator.Lt, field, value);

    /// <summary>The field is there, of the value's kind, and below or equal.</summary>
    public static Filter Lte(string field, MetadataValue value) => new CompareFilter(CompareOperator.Lte, field, value);

    /// <summary>The field is there, of the value's kind, and above it.</summary>
    public static Filter Gt(string field, MetadataValue value) => new CompareFilter(CompareOperator.Gt, field, value);

    /// <summary>The field is there, of the value's kind, and above or equal.</summary>
    public static Filter Gte(string field, MetadataValue value) => new CompareFilter(CompareOperator.Gte, field, value);

    /// <summary>The field is there and equals one of the values.</summary>
    public static Filter In(string field, params IReadOnlyList<MetadataValue> values) => new InFilter(field, values);

    /// <summary>The field is there, an array, and has an element that equals the value.</summary>
    public static Filter Contains(string field, MetadataValue value) => new ContainsFilter(field, value);

    /// <summary>The field is there, an array, and has an element that equals one of the values.</summary>
    public static Filter ContainsAny(string field, params IReadOnlyList<MetadataValue> values) => new ContainsAnyFilter(field, values);

    /// <summary>The field is there, a string, and begins with the text: ordinal, case-sensitive.</summary>
    public static Filter StartsWith(string field, string text) => new TextFilter(TextOperator.StartsWith, field, text);

    /// <summary>The field is there, a string, and ends with the text: ordinal, case-sensitive.</summary>
    public static Filter EndsWith(string field, string text) => new TextFilter(TextOperator.EndsWith, field, text);

    /// <summary>The field is there, a string, and has the text in it: ordinal, case-sensitive.</summary>
    public static Filter ContainsText(string field, string text) => new TextFilter(TextOperator.Contains, field, text);

    /// <summary>All of the filters hold; true for none.</summary>
    public static Filter And(params IReadOnlyList<Filter> filters) => new AndFilter(filters);

    /// <summary>One of the filters holds; false for none.</summary>
    public static Filter Or(params IReadOnlyList<Filter> filters) => new OrFilter(filters);

    /// <summary>The filter does not hold.</summary>
    public static Filter Not(Filter filter) => new NotFilter(filter);
}
