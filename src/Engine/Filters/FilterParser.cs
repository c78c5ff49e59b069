using IqdbFlat.Engine.Values;

namespace IqdbFlat.Engine.Filters;

/// <summary>Reads filter text by recursive descent over the grammar of <see cref="FilterText"/>, to a bounded depth.</summary>
internal sealed class FilterParser
{
    private readonly FilterLexer _lexer;
    private FilterToken _token;
    private int _nesting;

    public FilterParser(string text)
    {
        _lexer = new(text);
        _token = _lexer.Next();
    }

    public Filter Parse()
    {
        var filter = ParseFilter();
        return _token.Kind == FilterTokenKind.End ? filter : throw Expected("and, or, or the end");
    }

    private Filter ParseFilter()
    {
        var first = ParseAll();
        return _token.IsWord(FilterWords.Or) ? Filter.Or(ParseRow(FilterWords.Or, first, ParseAll)) : first;
    }

    private Filter ParseAll()
    {
        var first = ParseOne();
        return _token.IsWord(FilterWords.And) ? Filter.And(ParseRow(FilterWords.And, first, ParseOne)) : first;
    }

    private List<Filter> ParseRow(string word, Filter first, Func<Filter> parseNext)
    {
        var row = new List<Filter> { first };
        while (_token.IsWord(word))
        {
            Advance();
            row.Add(parseNext());
        }

        return row;
    }

    private Filter ParseOne()
    {
        if (_token.IsWord(FilterWords.Not))
            return Nested(() => Filter.Not(ParseOne()));
        if (_token.Kind == FilterTokenKind.Open)
        {
            return Nested(() =>
            {
                var inner = ParseFilter();
                Expect(FilterTokenKind.Close, "and, or, or )");
                return inner;
            });
        }

        if (_token.IsWord(FilterWords.And))
            return Nested(() => Filter.And(ParseList(ParseFilter)));
        if (_token.IsWord(FilterWords.Or))
            return Nested(() => Filter.Or(ParseList(ParseFilter)));
        return ParseLeaf();
    }

    /// <summary>Takes the token that opens a level and reads what is inside, unless the text nests too deep.</summary>
    private Filter Nested(Func<Filter> parse)
    {
        if (_nesting == FilterText.MaxNesting)
            throw _lexer.Error(_token.Start, $"expected at most {FilterText.MaxNesting} levels of not and parentheses, found more");
        _nesting++;
        Advance();
        var filter = parse();
        _nesting--;
        return filter;
    }

    private Filter ParseLeaf()
    {
        string field = ParseField();
        if (_token.IsWord(FilterWords.In))
        {
            Advance();
            return Filter.In(field, ParseList(ParseValue));
        }

        if (_token.IsWord(FilterWords.Contains))
        {
            Advance();
            return Filter.Contains(field, ParseValue());
        }

        if (_token.IsWord(FilterWords.ContainsAny))
        {
            Advance();
            return Filter.ContainsAny(field, ParseList(ParseValue));
        }

        if (TextOperatorHere() is { } position)
        {
            Advance();
            return new TextFilter(position, field, ParseText());
        }

        if (_token.Kind != FilterTokenKind.Operator)
            throw Expected("=, !=, <, <=, >, >=, in, contains, containsany, startswith, endswith or containstext");
        var op = _token.Text switch
        {
            "=" => CompareOperator.Eq,
            "!=" => CompareOperator.Neq,
            "<" => CompareOperator.Lt,
            "<=" => CompareOperator.Lte,
            ">" => CompareOperator.Gt,
            _ => CompareOperator.Gte,
        };
        Advance();
        return new CompareFilter(op, field, ParseValue());
    }

    private string ParseField()
    {
        string field = _token.Text;
        if (_token.Kind == FilterTokenKind.Word && FilterWords.IsReserved(field))
            throw Expected("a field name (one that is a word of the grammar goes in double quotes)");
        if (_token.Kind is not (FilterTokenKind.Word or FilterTokenKind.Name))
            throw Expected("a field name, not or (");
        Advance();
        return field;
    }

    private TextOperator? TextOperatorHere()
    {
        if (_token.IsWord(FilterWords.StartsWith))
            return TextOperator.StartsWith;
        if (_token.IsWord(FilterWords.EndsWith))
            return TextOperator.EndsWith;
        return _token.IsWord(FilterWords.ContainsText) ? TextOperator.Contains : null;
    }

    private string ParseText()
    {
        string text = _token.Text;
        if (_token.Kind != FilterTokenKind.String)
            throw Expected("a 'string'");
        Advance();
        return text;
    }

    private MetadataValue ParseValue() => _token.Kind == FilterTokenKind.OpenArray ? ParseArray() : ParseScalar();

    private MetadataValue ParseArray()
    {
        int start = _token.Start;
        var elements = new List<MetadataValue>();
        Advance();
        if (_token.Kind != FilterTokenKind.CloseArray)
        {
            elements.Add(ParseScalar());
            while (_token.Kind == FilterTokenKind.Comma)
            {
                Advance();
                elements.Add(ParseScalar());
            }
        }

        Expect(FilterTokenKind.CloseArray, ", or ]");
        return MetadataValue.TryAdopt([.. elements], out string? reason) ?? throw _lexer.Error(start, $"expected an array with {reason}");
    }

    private MetadataValue ParseInstant()
    {
        Advance();
        int start = _token.Start;
        string text = _token.Text;
        if (_token.Kind != FilterTokenKind.String)
            throw Expected("a time such as '2024-05-01T12:00:00Z'");
        return InstantText.TryParse(text, out var instant)
            ? instant
            : throw _lexer.Error(start, $"expected a time such as '2024-05-01T12:00:00Z' or '2024-05-01T14:00:00.5+02:00', found {UnicodeText.Quote(text)}");
    }

    private MetadataValue ParseScalar()
    {
        MetadataValue value;
        if (_token.Kind == FilterTokenKind.String)
            value = MetadataValue.FromString(_token.Text);
        else if (_token.Kind == FilterTokenKind.Number)
            value = FilterNumber.Read(_token.Text, out string? reason) ?? throw _lexer.Error(_token.Start, reason!);
        else
            value = ParseWord();
        Advance();
        return value;
    }

    private MetadataValue ParseWord()
    {
        if (_token.IsWord(FilterWords.True))
            return true;
        if (_token.IsWord(FilterWords.False))
            return false;
        if (_token.IsWord(FilterWords.Null))
            return MetadataValue.Null;
        if (_token.IsWord(FilterWords.NaN))
            return double.NaN;
        if (_token.IsWord(FilterWords.Infinity))
            return double.PositiveInfinity;
        if (_token.IsWord(FilterWords.Instant))
            return ParseInstant();
        throw Expected(_token.Kind is FilterTokenKind.Word or FilterTokenKind.Name
            ? "a value (a string goes in single quotes)"
            : "a value: a 'string', a number, true, false, null, instant 'time' or [values]");
    }

    private List<T> ParseList<T>(Func<T> parseItem)
    {
        var items = new List<T>();
        Expect(FilterTokenKind.Open, "(");
        if (_token.Kind != FilterTokenKind.Close)
        {
            items.Add(parseItem());
            while (_token.Kind == FilterTokenKind.Comma)
            {
                Advance();
                items.Add(parseItem());
            }
        }

        Expect(FilterTokenKind.Close, ", or )");
        return items;
    }

    private void Expect(FilterTokenKind kind, string expected)
    {
        if (_token.Kind != kind)
            throw Expected(expected);
        Advance();
    }

    private void Advance() => _token = _lexer.Next();

    private FlatIndexException Expected(string expected) => _lexer.Error(_token.Start, $"expected {expected}, found {_token.Describe()}");
}
