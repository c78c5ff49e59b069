using System.Buffers;
using System.Text;
using System.Text.Json;
using global::Parquet;
using global::Parquet.Schema;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats.Parquet;

/// <summary>Writes rows as Parquet with the columns <c>id</c> (text), <c>vector</c> (a list of floats) and <c>metadata</c> (text, JSON), a group of rows at a time.</summary>
internal sealed class ParquetRowWriter : RowWriter
{
    private const int GroupBytes = 32 << 20;
    private readonly DataField<string> _id = new("id");
    private readonly ListField _vector = new("vector", new DataField<float>(ListField.ElementName));
    private readonly DataField<string> _metadata = new("metadata");
    private readonly ParquetWriter _file;
    private readonly List<string> _ids = [];
    private readonly List<string> _objects = [];
    private readonly float[] _components;
    private readonly ArrayBufferWriter<byte> _json = new();
    private readonly int _groupRows;
    private bool _closed;

    /// <summary>Begins a file.</summary>
    public ParquetRowWriter(string path, int dimension)
        : base(path, dimension)
    {
        _groupRows = Math.Max(1, GroupBytes / (dimension * sizeof(float)));
        _components = new float[_groupRows * dimension];
        _file = ParquetWriter.CreateAsync(new ParquetSchema(_id, _vector, _metadata), Output).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    protected override void WriteRow(in Row row)
    {
        row.Vector.Span.CopyTo(_components.AsSpan(_ids.Count * Dimension));
        _ids.Add(RowIdText.Of(row.Id));
        _objects.Add(Json(row.Metadata ?? Metadata.Empty));
        if (_ids.Count == _groupRows)
            WriteGroup();
    }

    /// <inheritdoc/>
    protected override void Finish()
    {
        if (_ids.Count > 0)
            WriteGroup();
        Close();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Close();
        base.Dispose(disposing);
    }

    private void Close()
    {
        if (!_closed)
            _file.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _closed = true;
    }

    private void WriteGroup()
    {
        int count = _ids.Count * Dimension;
        var component = (DataField)_vector.Item;
        int[] defined = new int[count];
        Array.Fill(defined, component.MaxDefinitionLevel);
        int[] repeated = new int[count];
        for (int i = 0; i < count; i++)
            repeated[i] = i % Dimension == 0 ? 0 : 1;
        using var group = _file.CreateRowGroup();
        group.WriteAsync(_id, _ids).GetAwaiter().GetResult();
        group.WriteAllPartsAsync<float>(component, _components.AsMemory(0, count), defined, repeated, default).GetAwaiter().GetResult();
        group.WriteAsync(_metadata, _objects).GetAwaiter().GetResult();
        _ids.Clear();
        _objects.Clear();
    }

    private string Json(Metadata metadata)
    {
        _json.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_json))
            RowJson.WriteMetadata(writer, metadata);
        return Encoding.UTF8.GetString(_json.WrittenSpan);
    }
}
