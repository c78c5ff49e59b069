namespace IqdbFlat.Cli.Chaos.Ledger;

/// <summary>What is known of one row.</summary>
internal sealed class LedgerRow
{
    /// <summary>What acknowledged writes made of it.</summary>
    public RowContent Certain { get; set; }

    /// <summary>A write that was sent and neither acknowledged nor refused: it may be in or not. No other write touches the row meanwhile.</summary>
    public LedgerWrite? Open { get; set; }

    /// <summary>The write that gave the row its place in the order of insertion.</summary>
    public LedgerWrite? Placed { get; set; }

    /// <summary>The row's sequence, once a check has seen it; 0 before.</summary>
    public ulong Sequence { get; set; }

    /// <summary>What it is if the open write is in.</summary>
    public RowContent Maybe => Open!.After(Certain);

    /// <summary>The open write is in.</summary>
    public void Settle()
    {
        var write = Open!;
        Certain = Maybe;
        Open = null;
        if (write.Kind == WriteKind.UpdateMetadata)
            return;
        (Placed, Sequence) = (write, 0);
    }
}
