namespace IqdbFlat.Cli.Chaos.Ledger;

/// <summary>A write, put down before it is sent.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Number">Its number among the writes of its writer, from 1.</param>
/// <param name="Ids">The rows, in the write's order.</param>
/// <param name="Begun">When it was begun, by the ledger's clock.</param>
internal sealed record LedgerWrite(WriteKind Kind, long Number, ulong[] Ids, long Begun)
{
    /// <summary>When its acknowledgement was known, by the ledger's clock; 0 while it is not.</summary>
    public long Acknowledged { get; set; }

    /// <summary>When its writer stopped asking for its outcome without having been told, by the ledger's clock; 0 while it has not.</summary>
    public long GivenUp { get; set; }

    /// <summary>What it makes of a row.</summary>
    public RowContent After(RowContent before) => Kind switch
    {
        WriteKind.Delete => RowContent.Absent,
        WriteKind.UpdateMetadata => before with { Metadata = Number },
        _ => new(Number, Number),
    };
}

/// <summary>What a write does.</summary>
internal enum WriteKind
{
    /// <summary>Adds rows that are not there.</summary>
    Insert,

    /// <summary>Adds or replaces rows.</summary>
    Upsert,

    /// <summary>Replaces the metadata of one row.</summary>
    UpdateMetadata,

    /// <summary>Removes rows.</summary>
    Delete,
}
