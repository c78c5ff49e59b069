using IqdbFlat.Engine;

namespace IqdbFlat.VectorData.Embedded;

/// <summary>The log of a table whose rows are in a file.</summary>
internal sealed class FileTableLog(EmbeddedFile file, long collection) : ITableLog
{
    public void Upsert(IReadOnlyList<Row> rows) => file.Upsert(collection, rows);

    public void Delete(IReadOnlyList<RowId> ids) => file.Delete(collection, ids);

    public void Drop() => file.Drop(collection);
}
