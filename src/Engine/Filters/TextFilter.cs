namespace IqdbFlat.Engine;

/// <summary>What a <see cref="TextFilter"/> asks of a string. The numbers never change.</summary>
public enum TextOperator : byte
{
    /// <summary>The string begins with the text.</summary>
    StartsWith = 0,

    /// <summary>The string ends with the text.</summary>
    EndsWith = 1,

    /// <summary>The text lies somewhere in the string.</summary>
    Contains = 2,
}

/// <summary>A leaf that looks for a text in the string of a field: ordinal, case-sensitive.</summary>
public sealed class TextFilter : Filter
{
    internal TextFilter(TextOperator op, string field, string text)
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(text);
        Operator = op;
        Field = field;
        Text = text;
    }

    /// <summary>Where the text is to stand.</summary>
    public TextOperator Operator { get; }

    /// <summary>The field's name.</summary>
    public string Field { get; }

    /// <summary>The text; the empty one stands everywhere.</summary>
    public string Text { get; }
}
