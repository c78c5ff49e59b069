using IqdbFlat.Engine.Filters;

namespace IqdbFlat.Engine;

/// <summary>Filters as people write them. Text and nodes map one to one: <c>Parse(Format(f))</c> has the structure of <c>f</c>.</summary>
/// <remarks>
/// <code>
/// filter  = all { "or" all }                       one Or for the whole row: a or b or c is Or(a, b, c)
/// all     = one { "and" one }                      one And for the whole row; and binds tighter than or
/// one     = "not" one | "(" filter ")" | list | leaf
/// list    = ( "and" | "or" ) "(" [ filter { "," filter } ] ")"     and() of nothing, or(a) of one
/// leaf    = field ( "=" | "!=" | "&lt;" | "&lt;=" | "&gt;" | "&gt;=" | "contains" ) value
///         | field ( "in" | "containsany" ) "(" [ value { "," value } ] ")"
///         | field ( "startswith" | "endswith" | "containstext" ) 'any text'
/// field   = a letter or _, then letters, digits, _ . - : | "any text", with "" for a quote
/// value   = scalar | "[" [ scalar { "," scalar } ] "]"             an array: scalars of one kind, and nulls
/// scalar  = 'any text', with '' for a quote | "instant" 'time' | integer | float | "true" | "false" | "null" | [ "-" ] "infinity" | "nan"
/// integer = [ "+" | "-" ] digits
/// float   = [ "+" | "-" ] digits [ "." digits ] [ ( "e" | "E" ) [ "+" | "-" ] digits ], with a point or an exponent
/// </code>
/// <para>Parentheses make a node of their own for what stands inside: <c>a and (b and c)</c> is And(a, And(b, c)). Around one thing they do
/// nothing. A number's kind is its spelling: <c>1</c> is an Int, <c>1.0</c> a Float, and the two are never equal. A time is written as
/// <see cref="InstantText"/> says. Words are read in any case; a field called and, or, not, in, true, false, null, nan or infinity stands in double
/// quotes, as does every field that is no plain name. White space separates and means nothing.</para>
/// </remarks>
public static class FilterText
{
    /// <summary>How deep <c>not</c> and parentheses may nest in a text: twice as deep as any filter that a search accepts.</summary>
    public const int MaxNesting = 2 * Limits.FilterDepth;

    /// <summary>
    /// Reads a filter. Text that is none is <see cref="FlatErrorKind.InvalidFilter"/> with the column (characters from 1), what was expected and what was
    /// found. The caps of <see cref="FilterLimits"/> are left to the search.
    /// </summary>
    public static Filter Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new FilterParser(text).Parse();
    }

    /// <summary>
    /// Writes a filter as <see cref="Parse"/> reads it. Every filter within the caps can be written; one past them is
    /// <see cref="FlatErrorKind.InvalidFilter"/>. Every NaN is written <c>nan</c>: its bits mean nothing to a filter.
    /// </summary>
    public static string Format(Filter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        FilterLimits.Check(filter);
        return FilterFormatter.Format(filter);
    }
}
