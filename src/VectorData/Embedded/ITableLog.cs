using IqdbFlat.Engine;

namespace IqdbFlat.VectorData.Embedded;

/// <summary>Where the writes of a table become durable. A call returns when its write is, and throws when it is not.</summary>
internal interface ITableLog
{
    void Upsert(IReadOnlyList<Row> rows);

    void Delete(IReadOnlyList<RowId> ids);

    void Drop();
}

/// <summary>The log of a table that lives as long as the process.</summary>
internal sealed class NoTableLog : ITableLog
{
    public static NoTableLog Instance { get; } = new();

    public void Upsert(IReadOnlyList<Row> rows)
    {
        // A table in memory keeps its rows in its index alone.
    }

    public void Delete(IReadOnlyList<RowId> ids)
    {
        // As above.
    }

    public void Drop()
    {
        // As above.
    }
}
