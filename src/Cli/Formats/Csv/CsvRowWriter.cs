using System.Buffers;
using System.Text;
using System.Text.Json;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Engine;
using nietras.SeparatedValues;

namespace IqdbFlat.Cli.Formats.Csv;

/// <summary>Writes rows as CSV with the columns <c>id</c>, <c>vector</c> and <c>metadata</c> (JSON), exact to the bit.</summary>
internal sealed class CsvRowWriter : RowWriter
{
    private readonly SepWriter _lines;
    private readonly StringBuilder _vector = new();
    private readonly ArrayBufferWriter<byte> _json = new();

    /// <summary>Begins a file.</summary>
    public CsvRowWriter(string path, int dimension)
        : base(path, dimension) =>
        _lines = new SepWriterOptions(new Sep(',')) { Escape = true }.To(new StreamWriter(Output, new UTF8Encoding(false), bufferSize: 1 << 16, leaveOpen: true));

    /// <inheritdoc/>
    protected override void WriteRow(in Row row)
    {
        _vector.Clear().Append('[').AppendJoin(',', row.Vector.ToArray().Select(FloatText.Of)).Append(']');
        using var line = _lines.NewRow();
        line["id"].Set(RowIdText.Of(row.Id));
        line["vector"].Set(_vector.ToString());
        line["metadata"].Set(row.Metadata is { Count: > 0 } metadata ? Json(metadata) : "");
    }

    /// <inheritdoc/>
    protected override void Finish() => _lines.Dispose();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _lines.Dispose();
        base.Dispose(disposing);
    }

    private string Json(Metadata metadata)
    {
        _json.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_json))
            RowJson.WriteMetadata(writer, metadata);
        return Encoding.UTF8.GetString(_json.WrittenSpan);
    }
}
