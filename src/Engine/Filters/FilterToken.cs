using IqdbFlat.Engine.Values;

namespace IqdbFlat.Engine.Filters;

internal enum FilterTokenKind
{
    End,
    Word,
    Name,
    String,
    Number,
    Operator,
    Open,
    Close,
    OpenArray,
    CloseArray,
    Comma,
}

/// <summary>One token of filter text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Where it begins in the text, from 0.</param>
/// <param name="Text">As written; for a name or string, what stands between the quotes, with doubled quotes made single.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, int Start, string Text)
{
    public bool IsWord(string word) => Kind == FilterTokenKind.Word && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>The token as an error names it.</summary>
    public string Describe() => Kind switch
    {
        FilterTokenKind.End => "the end",
        FilterTokenKind.String => "the string " + UnicodeText.Quote(Text),
        FilterTokenKind.Name => "the field name " + UnicodeText.Quote(Text),
        _ => UnicodeText.Quote(Text),
    };
}
