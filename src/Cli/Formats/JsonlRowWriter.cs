using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats;

/// <summary>Writes rows as JSONL, ids and metadata with them; what <see cref="JsonlRowReader"/> reads back has the same bits.</summary>
internal sealed class JsonlRowWriter : RowWriter
{
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _json;
    private readonly VectorParts? _parts;

    /// <summary>Begins a file.</summary>
    public JsonlRowWriter(string path, int dimension, VectorParts? parts = null)
        : base(path, dimension)
    {
        _parts = parts;
        _json = new(_line, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    }

    /// <inheritdoc/>
    protected override void WriteRow(in Row row)
    {
        _line.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WritePropertyName("id");
        RowJson.WriteId(_json, row.Id);
        RowJson.WriteVector(_json, row.Vector, _parts);
        if (row.Metadata is { Count: > 0 } metadata)
        {
            _json.WritePropertyName("metadata");
            RowJson.WriteMetadata(_json, metadata);
        }

        _json.WriteEndObject();
        _json.Flush();
        Output.Write(_line.WrittenSpan);
        Output.WriteByte((byte)'\n');
    }

    /// <inheritdoc/>
    protected override void Finish()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _json.Dispose();
        base.Dispose(disposing);
    }
}
