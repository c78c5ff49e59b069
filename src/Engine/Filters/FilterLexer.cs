using IqdbFlat.Engine.Values;

namespace IqdbFlat.Engine.Filters;

/// <summary>Cuts filter text into tokens, one at a time.</summary>
internal sealed class FilterLexer(string text)
{
    private int _next;

    /// <summary>The next token; <see cref="FilterTokenKind.End"/> again and again at the end.</summary>
    public FilterToken Next()
    {
        while (_next < text.Length && char.IsWhiteSpace(text[_next]))
            _next++;
        int start = _next;
        if (start == text.Length)
            return new(FilterTokenKind.End, start, "");
        char first = text[start];
        return first switch
        {
            '(' => Take(FilterTokenKind.Open, 1),
            ')' => Take(FilterTokenKind.Close, 1),
            '[' => Take(FilterTokenKind.OpenArray, 1),
            ']' => Take(FilterTokenKind.CloseArray, 1),
            ',' => Take(FilterTokenKind.Comma, 1),
            '=' => Take(FilterTokenKind.Operator, 1),
            '<' or '>' => Take(FilterTokenKind.Operator, IsAt(start + 1, '=') ? 2 : 1),
            '!' when IsAt(start + 1, '=') => Take(FilterTokenKind.Operator, 2),
            '\'' => Quoted(FilterTokenKind.String, first),
            '"' => Quoted(FilterTokenKind.Name, first),
            '+' or '-' => Number(),
            _ when char.IsAsciiDigit(first) => Number(),
            _ when FilterWords.CanStart(first) => Word(),
            _ => throw Unexpected(start),
        };
    }

    /// <summary>An error that points at a place in the text.</summary>
    public FlatIndexException Error(int at, string reason) => FlatIndexException.InvalidFilter($"column {Column(at)}: {reason}");

    private FilterToken Take(FilterTokenKind kind, int length)
    {
        var token = new FilterToken(kind, _next, text.Substring(_next, length));
        _next += length;
        return token;
    }

    private FilterToken Word()
    {
        int end = _next + 1;
        while (end < text.Length && FilterWords.CanContinue(text[end]))
            end++;
        return Take(FilterTokenKind.Word, end - _next);
    }

    // All that could be meant as one number, so that 1.2.3 is one error and not two tokens; the parser reads its value.
    private FilterToken Number()
    {
        int end = _next + 1;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '.' or '_' || IsExponentSign(end)))
            end++;
        return Take(FilterTokenKind.Number, end - _next);
    }

    private bool IsExponentSign(int at) => (text[at] is '+' or '-') && (text[at - 1] is 'e' or 'E');

    private FilterToken Quoted(FilterTokenKind kind, char quote)
    {
        int start = _next;
        int end = start + 1;
        while (true)
        {
            int found = text.IndexOf(quote, end);
            if (found < 0)
                throw Error(start, $"expected a closing {quote} for the {(quote == '"' ? "field name" : "string")} that begins here, found the end");
            end = found + 1;
            if (!IsAt(end, quote))
                break;
            end++;
        }

        _next = end;
        string content = text[(start + 1)..(end - 1)];
        if (!UnicodeText.IsValid(content))
            throw Error(start, $"expected valid Unicode, found half of a surrogate pair in {UnicodeText.Quote(content)}");
        string one = quote.ToString();
        return new(kind, start, content.Replace(one + one, one, StringComparison.Ordinal));
    }

    private FlatIndexException Unexpected(int at)
    {
        int length = at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;
        return Error(at, $"expected a field name, a value, a comparison or a parenthesis, found {UnicodeText.Quote(text.Substring(at, length))}");
    }

    private bool IsAt(int place, char expected) => place < text.Length && text[place] == expected;

    private int Column(int at)
    {
        int column = 1;
        for (int i = 0; i < at; i++)
        {
            if (i == 0 || !char.IsSurrogatePair(text[i - 1], text[i]))
                column++;
        }

        return column;
    }
}
