using System.Text;
using System.Text.Json;
using global::Parquet;
using global::Parquet.Data;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats.Parquet;

/// <summary>Rows of a Parquet file, one group of rows in memory at a time; <see cref="ParquetColumns"/> says what the columns mean.</summary>
internal sealed class ParquetRowReader : RowReader
{
    private readonly Stream _stream;
    private readonly string _name;
    private readonly WatchedStream _watched;
    private readonly ParquetReader _file;
    private readonly ParquetColumns _columns;
    private float[] _components = [];
    private RowId[]? _ids;
    private MetadataValue?[]? _objects;
    private MetadataValue?[][] _fields = [];
    private long _groupStart;
    private long _groupEnd;
    private int _group;
    private int _dimension;

    /// <summary>Reads a stream that can seek.</summary>
    public ParquetRowReader(Stream stream, string name)
    {
        _stream = stream;
        _name = name;
        _watched = new(stream);
        Guarded(() =>
        {
            ParquetStructure.Check(_watched);
            return true;
        });
        _file = Guarded(() => ParquetReader.CreateAsync(_watched).GetAwaiter().GetResult());
        _columns = Guarded(() => ParquetColumns.Of(_file.Schema, name));
        RowCount = Guarded(() => Enumerable.Range(0, _file.RowGroupCount).Sum(group => _file.OpenRowGroupReader(group).RowCount));
        while (_groupEnd == 0 && _group < _file.RowGroupCount)
            NextGroup();
    }

    /// <inheritdoc/>
    public override int? Dimension => _dimension == 0 ? null : _dimension;

    /// <inheritdoc/>
    public override long? RowCount { get; }

    /// <inheritdoc/>
    public override bool HasOwnIds => _columns.Id is not null;

    /// <inheritdoc/>
    public override ReadOnlyMemory<float> Vector => _components.AsMemory((int)(RowsRead - 1 - _groupStart) * _dimension, _dimension);

    /// <inheritdoc/>
    protected override bool ReadNext()
    {
        while (RowsRead == _groupEnd)
        {
            if (_group == _file.RowGroupCount)
                return false;
            NextGroup();
        }

        int row = (int)(RowsRead - _groupStart);
        int bad = VectorCheck.IndexOfNonFinite(_components.AsSpan(row * _dimension, _dimension));
        if (bad >= 0)
            throw FileProblem.NotFinite(_name, RowsRead, bad, FloatText.Of(_components[(row * _dimension) + bad]));
        Id = _ids is null ? (ulong)RowsRead : _ids[row];
        Metadata = ReadMetadata(row);
        return true;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _file.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _stream.Dispose();
    }

    private void NextGroup()
    {
        var group = Guarded(() => _file.OpenRowGroupReader(_group));
        (_groupStart, _groupEnd) = (_groupEnd, _groupEnd + group.RowCount);
        _group++;
        _components = Guarded(() => Components(group));
        _ids = _columns.Id is { } id ? Guarded(() => ParquetCells.Ids(group, id, _name, _groupStart)) : null;
        _objects = _columns.Metadata is { } metadata ? Guarded(() => ParquetCells.Read(group, metadata, _name)) : null;
        _fields = [.. _columns.Fields.Select(field => Guarded(() => ParquetCells.Read(group, field, _name)))];
    }

    /// <summary>The components of a group's vectors end to end, every list as long as the first.</summary>
    private float[] Components(ParquetRowGroupReader group)
    {
        using var column = group.ReadRawColumnDataBaseAsync(_columns.Vector).AsTask().GetAwaiter().GetResult();
        var definition = column.DefinitionLevels;
        var repetition = column.RepetitionLevels;
        float[] values = column is RawColumnData<float> floats
            ? floats.Values.ToArray()
            : Array.ConvertAll(((RawColumnData<double>)column).Values.ToArray(), value => (float)value);
        long row = _groupStart - 1;
        int length = 0;
        for (int i = 0; i < repetition.Length; i++)
        {
            if (repetition[i] == 0)
            {
                EndRow(row, length);
                row++;
                length = 0;
            }

            if (definition.Length > 0 && definition[i] < _columns.Vector.MaxDefinitionLevel)
                throw FileProblem.BadRow(_name, row, "expected a vector, found null or an empty list");
            length++;
        }

        EndRow(row, length);
        return row == _groupEnd - 1 ? values : throw FileProblem.Corrupt(_name, row + 1, $"the file ends early: expected {_groupEnd} rows, found {row + 1}");
    }

    private void EndRow(long row, int length)
    {
        if (row < _groupStart)
            return;
        if (_dimension == 0)
            _dimension = length is > 0 and <= Limits.Dimension ? length : throw FileProblem.Corrupt(_name, row, $"expected a dimension from 1 to {Limits.Dimension}, found {length}");
        if (length != _dimension)
            throw FileProblem.Dimension(_name, row, _dimension, length);
    }

    private Metadata ReadMetadata(int row)
    {
        var fields = new Dictionary<string, MetadataValue>(StringComparer.Ordinal);
        for (int i = 0; i < _fields.Length; i++)
        {
            if (_fields[i][row] is { } value)
                fields.Add(_columns.Fields[i].Name, value);
        }

        if (_objects?[row] is not { } text)
            return fields.Count == 0 ? Metadata.Empty : Metadata.From(fields);
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text.AsString));
            reader.Read();
            var whole = RowJson.ReadMetadata(ref reader);
            reader.Read();
            for (int i = 0; i < whole.Count; i++)
                fields[whole.At(i).Field] = whole.At(i).Value;
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            throw FileProblem.BadRow(_name, RowsRead, $"the column metadata does not hold metadata as JSON: {error.Message}");
        }

        return Metadata.From(fields);
    }

    /// <summary>The library meets damaged files with exceptions of any kind.</summary>
    private T Guarded<T>(Func<T> read)
    {
        _watched.Enter();
        try
        {
            return read();
        }
        catch (Exception error) when (error is not (FlatIndexException or OutOfMemoryException))
        {
            throw FileProblem.Corrupt(_name, RowsRead == 0 ? null : RowsRead, $"the Parquet file cannot be read: {error.Message.ReplaceLineEndings(" ").TrimEnd('.')}");
        }
    }
}
