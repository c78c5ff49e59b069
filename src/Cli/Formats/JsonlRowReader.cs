using System.Text.Json;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats;

/// <summary>
/// Rows of a JSONL file, one object a line: <c>{"id": 7, "vector": [1, 2.5], "metadata": {"year": 2024}}</c>; see <see cref="RowJson"/> for ids
/// and values. Rows with several vectors have <c>"vectors": {"title": [1, 2.5], "body": null}</c> in place of the vector, or leave out those that they lack. Metadata may be missing or null; blank lines are passed over; a property of another name is an error.
/// </summary>
internal sealed class JsonlRowReader : RowReader
{
    /// <summary>The bytes of one line, at most: room for the largest vector and metadata with every character escaped.</summary>
    public const int MaxLineBytes = 16 * 1024 * 1024;

    private readonly LineReader _lines;
    private readonly string _name;
    private readonly List<float> _components = [];
    private float[] _vector = [];
    private ReadOnlyMemory<byte> _line;
    private readonly bool _hasLine;
    private readonly VectorParts? _parts;
    private readonly bool _isRead;
    private readonly Dictionary<string, float[]?> _vectors = new(StringComparer.Ordinal);

    /// <summary>Reads a stream. The first row is parsed once ahead, for its dimension.</summary>
    /// <param name="stream">The bytes.</param>
    /// <param name="name">The name that errors carry.</param>
    /// <param name="parts">The named vectors that rows have, which come packed; null for rows that are one vector.</param>
    public JsonlRowReader(Stream stream, string name, VectorParts? parts = null)
    {
        _parts = parts;
        _lines = new(stream, MaxLineBytes);
        _name = name;
        try
        {
            _hasLine = NextLine();
            if (_hasLine)
            {
                Parse();
                Dimension = _vector.Length > 0 ? _vector.Length : null;
            }

            _isRead = true;
        }
        catch
        {
            _lines.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override int? Dimension { get; }

    /// <inheritdoc/>
    public override long? RowCount => null;

    /// <inheritdoc/>
    public override bool HasOwnIds => true;

    /// <inheritdoc/>
    public override ReadOnlyMemory<float> Vector => _vector;

    private string Where => $"line {_lines.LinesRead}";

    /// <inheritdoc/>
    protected override bool ReadNext()
    {
        if (RowsRead == 0 ? !_hasLine : !NextLine())
            return false;
        Parse();
        return true;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _lines.Dispose();

    private bool NextLine()
    {
        while (_lines.TryRead(out _line))
        {
            if (_lines.LinesRead == 1 && _line.Span.StartsWith("\uFEFF"u8))
                _line = _line[3..];
            if (_line.Span.ContainsAnyExcept(" \t\r"u8))
                return true;
        }

        return _lines.LineTooLong
            ? throw FileProblem.BadRow(_name, RowsRead, $"expected a line of at most {MaxLineBytes} bytes, found a longer one", $"line {_lines.LinesRead + 1}")
            : false;
    }

    private void Parse()
    {
        try
        {
            var reader = new Utf8JsonReader(_line.Span);
            ParseRow(ref reader);
        }
        catch (FormatException exception)
        {
            throw FileProblem.BadRow(_name, RowsRead, exception.Message, Where);
        }
        catch (JsonException exception)
        {
            throw FileProblem.BadRow(_name, RowsRead, $"the line is not a JSON object: {Reason(exception)}", Where);
        }
    }

    private void ParseRow(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException($"expected an object with id and vector, found {RowJson.Describe(reader.TokenType)}");
        RowId? id = null;
        bool hasVector = false;
        Metadata? metadata = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string property = RowJson.Text(ref reader);
            reader.Read();
            switch (property)
            {
                case "id" when id is null:
                    id = RowJson.ReadId(ref reader);
                    break;
                case "vector" when _parts is null && !hasVector:
                    ReadVector(ref reader);
                    hasVector = true;
                    break;
                case "vectors" when _parts is not null && !hasVector:
                    ReadVectors(ref reader);
                    hasVector = true;
                    break;
                case "metadata" when metadata is null:
                    metadata = RowJson.ReadMetadata(ref reader);
                    break;
                case "vector" when _parts is not null:
                    throw new FormatException($"expected \"vectors\" out of {string.Join(", ", _parts.Select(part => part.Name))}, found \"vector\": the index has several");
                case "vectors" when !_isRead && !hasVector:
                    // Whoever only looks at the file does not know yet what rows the index has.
                    reader.Skip();
                    hasVector = true;
                    break;
                case "vectors" when _parts is null:
                    throw new FormatException("expected \"vector\", found \"vectors\": named vectors belong to an index that was made with --vector");
                case "id" or "vector" or "vectors" or "metadata":
                    throw new FormatException($"the row has \"{property}\" twice");
                default:
                    throw new FormatException($"expected id, vector and metadata, found \"{RowJson.Excerpt(property)}\"");
            }
        }

        // Anything after the object is found here.
        reader.Read();
        Id = id ?? throw new FormatException("expected an id, found a row without");
        if (!hasVector && _parts is null)
            throw new FormatException("expected a vector, found a row without");
        if (!hasVector)
            _vector = _parts!.Pack();
        Metadata = metadata ?? Metadata.Empty;
    }

    private void ReadVectors(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException($"expected the vectors to be an object of names and arrays, found {RowJson.Describe(reader.TokenType)}");
        _vectors.Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = RowJson.Text(ref reader);
            reader.Read();
            float[]? vector = null;
            if (reader.TokenType != JsonTokenType.Null)
            {
                ReadComponents(ref reader);
                vector = [.. _components];
            }

            if (!_vectors.TryAdd(name, vector))
                throw new FormatException($"the row has the vector \"{RowJson.Excerpt(name)}\" twice");
        }

        try
        {
            _vector = _parts!.Pack([.. _vectors.Select(vector => (vector.Key, vector.Value is { } some ? some : default(ReadOnlyMemory<float>?)))]);
        }
        catch (FlatIndexException refused)
        {
            throw new FormatException(refused.Error.Reason ?? refused.Message, refused);
        }
    }

    private void ReadVector(ref Utf8JsonReader reader)
    {
        ReadComponents(ref reader);
        if (Dimension is { } dimension && _components.Count != dimension)
            throw FileProblem.Dimension(_name, RowsRead, dimension, _components.Count, Where);
        if (_vector.Length != _components.Count)
            _vector = new float[_components.Count];
        _components.CopyTo(_vector);
    }

    private void ReadComponents(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new FormatException($"expected the vector to be an array of numbers, found {RowJson.Describe(reader.TokenType)}");
        _components.Clear();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String && RowJson.Text(ref reader) is "NaN" or "Infinity" or "-Infinity")
                throw FileProblem.NotFinite(_name, RowsRead, _components.Count, RowJson.Text(ref reader), Where);
            if (reader.TokenType != JsonTokenType.Number)
                throw new FormatException($"expected a number at component {_components.Count}, found {RowJson.Describe(reader.TokenType)}");
            if (!reader.TryGetSingle(out float component) || !float.IsFinite(component))
                throw FileProblem.NotFinite(_name, RowsRead, _components.Count, "too large", Where);
            if (_components.Count == Limits.Dimension)
                throw new FormatException($"expected a vector of at most {Limits.Dimension} components, found more");
            _components.Add(component);
        }

        if (_components.Count == 0)
            throw new FormatException("expected a vector of at least 1 component, found none");
    }

    private static string Reason(JsonException exception)
    {
        int end = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        string message = end < 0 ? exception.Message : exception.Message[..end];
        return $"{message.TrimEnd('.')} (byte {exception.BytePositionInLine ?? 0} of the line)";
    }
}
