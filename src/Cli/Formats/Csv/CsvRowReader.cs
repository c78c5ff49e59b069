using System.Globalization;
using System.Text;
using System.Text.Json;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Engine;
using IqdbFlat.Silo.Text;
using nietras.SeparatedValues;

namespace IqdbFlat.Cli.Formats.Csv;

/// <summary>
/// Rows of a CSV file (commas, quotes doubled within quotes, UTF-8); <see cref="CsvColumns"/> says what the columns mean. An id is a number or bytes like
/// 0x0a1b. A field's cell is absent when it is empty, a bool (true, false), an integer, a float, or else a string.
/// </summary>
internal sealed class CsvRowReader : RowReader
{
    private readonly SepReader _lines;
    private readonly CsvColumns? _columns;
    private readonly string _name;
    private float[] _vector = [];
    private readonly bool _hasLine;

    /// <summary>Reads a stream.</summary>
    public CsvRowReader(Stream stream, string name)
    {
        _name = name;
        _lines = Guarded(() => new SepReaderOptions(new Sep(',')) { HasHeader = false, Unescape = true, CultureInfo = CultureInfo.InvariantCulture }
            .From(new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true))));
        try
        {
            _hasLine = NextLine();
            if (!_hasLine)
                return;
            _columns = CsvColumns.Of(Cells(), name);
            if (_columns.HasNames)
                _hasLine = NextLine();
            if (_hasLine)
            {
                Parse();
                Dimension = _vector.Length;
            }
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
    public override bool HasOwnIds => _columns is { Id: >= 0 };

    /// <inheritdoc/>
    public override ReadOnlyMemory<float> Vector => _vector;

    private string Where => string.Create(CultureInfo.InvariantCulture, $"line {_lines.Current.LineNumberFrom}");

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
        while (Guarded(_lines.MoveNext))
        {
            var line = _lines.Current.Span;
            if (line.Count('"') % 2 != 0)
                throw FileProblem.Corrupt(_name, RowsRead, "a quote begins and does not end");
            if (line.ContainsAnyExcept(" \t\r"))
                return true;
        }

        return false;
    }

    private string[] Cells()
    {
        var row = _lines.Current;
        var cells = new string[row.ColCount];
        for (int column = 0; column < cells.Length; column++)
            cells[column] = row[column].ToString();
        return cells;
    }

    private void Parse()
    {
        var row = _lines.Current;
        try
        {
            ReadVector(row);
            Id = _columns!.Id < 0 ? (ulong)RowsRead : Checked(RowIdText.Parse, row[_columns.Id].ToString());
            Metadata = ReadMetadata(row);
        }
        catch (FormatException error)
        {
            throw FileProblem.BadRow(_name, RowsRead, error.Message, Where);
        }
        catch (JsonException)
        {
            throw FileProblem.BadRow(_name, RowsRead, "the column metadata does not hold a JSON object", Where);
        }
    }

    private void ReadVector(SepReader.Row row)
    {
        float[] found;
        if (_columns!.Vector >= 0)
        {
            found = Checked(VectorText.Parse, row[_columns.Vector].ToString());
        }
        else
        {
            found = new float[_columns.Components.Count];
            for (int i = 0; i < found.Length; i++)
            {
                var cell = row[_columns.Components[i]].Span;
                if (!float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out found[i]))
                    throw new FormatException($"expected a number at component {i}, found '{RowJson.Excerpt(cell.ToString())}'");
                if (!float.IsFinite(found[i]))
                    throw FileProblem.NotFinite(_name, RowsRead, i, FloatText.Of(found[i]), Where);
            }
        }

        if (Dimension is { } dimension && found.Length != dimension)
            throw FileProblem.Dimension(_name, RowsRead, dimension, found.Length, Where);
        _vector = found;
    }

    private Metadata ReadMetadata(SepReader.Row row)
    {
        var fields = new Dictionary<string, MetadataValue>(StringComparer.Ordinal);
        foreach (var (column, field) in _columns!.Fields)
        {
            string cell = row[column].ToString();
            if (cell.Length > 0)
                fields.Add(field, Value(cell));
        }

        if (_columns.Metadata < 0 || row[_columns.Metadata].Span.IsEmpty)
            return Metadata.From(fields);
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(row[_columns.Metadata].ToString()));
        reader.Read();
        var whole = RowJson.ReadMetadata(ref reader);
        reader.Read();
        for (int i = 0; i < whole.Count; i++)
        {
            if (!fields.TryAdd(whole.At(i).Field, whole.At(i).Value))
                throw new FormatException($"the metadata names the field \"{RowJson.Excerpt(whole.At(i).Field)}\", which has a column too");
        }

        return Metadata.From(fields);
    }

    private T Checked<T>(Func<string, T> parse, string cell)
    {
        try
        {
            return parse(cell);
        }
        catch (FlatIndexException problem)
        {
            throw FileProblem.At(_name, RowsRead, Where, problem);
        }
    }

    private static MetadataValue Value(string cell)
    {
        if (cell is "true" or "false")
            return cell == "true";
        if (long.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
            return whole;
        return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : cell;
    }

    /// <summary>What the reader of lines refuses, as one sentence that names the file.</summary>
    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DecoderFallbackException)
        {
            throw FileProblem.Corrupt(_name, RowsRead, "the file is not text in UTF-8");
        }
        catch (Exception error) when (error is InvalidDataException or NotSupportedException or ArgumentException)
        {
            throw FileProblem.Corrupt(_name, RowsRead, $"a line has other columns than the first, quotes that do not end, or is too long: {error.Message.ReplaceLineEndings(" ").TrimEnd('.')}");
        }
    }
}
