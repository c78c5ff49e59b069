using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>Asks a shard to keep its rows as they are now, for a backup.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.PinRequest")]
public sealed record PinRequest
{
    /// <summary>The epoch of the index grain that makes the cut; a shard refuses older ones.</summary>
    [Id(0)]
    public required ulong IndexEpoch { get; init; }

    /// <summary>The backup that the rows are kept for.</summary>
    [Id(1)]
    public required Guid Pin { get; init; }

    /// <summary>How long they are kept after the last time that someone asked for them.</summary>
    [Id(2)]
    public required TimeSpan Lease { get; init; }
}

/// <summary>What a shard keeps for a backup.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.PinnedShard")]
public sealed record PinnedShard
{
    /// <summary>The shard's number.</summary>
    [Id(0)]
    public required int Shard { get; init; }

    /// <summary>Live rows.</summary>
    [Id(1)]
    public required long Rows { get; init; }

    /// <summary>How far the shard's log had come.</summary>
    [Id(2)]
    public required ShardPosition Position { get; init; }

    /// <summary>The writes' tokens that the shard remembers with their answers, in a form of the shards' own; empty in an <see cref="IndexCut"/>, which has those of all.</summary>
    [Id(3)]
    public BytesColumn Tokens { get; init; }
}

/// <summary>A consistent cut through an index: every shard keeps its part of it until it is released or its lease ends.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.IndexCut")]
public sealed record IndexCut
{
    /// <summary>What the index is.</summary>
    [Id(0)]
    public required IndexDescription Description { get; init; }

    /// <summary>The backup that the rows are kept for.</summary>
    [Id(1)]
    public required Guid Pin { get; init; }

    /// <summary>The highest number that had been allotted.</summary>
    [Id(2)]
    public required ulong SequenceHighWater { get; init; }

    /// <summary>What each shard keeps, by number.</summary>
    [Id(3)]
    public required PinnedShard[] Shards { get; init; }

    /// <summary>When the cut was made.</summary>
    [Id(4)]
    public required DateTimeOffset Taken { get; init; }

    /// <summary>How long no write was given its numbers.</summary>
    [Id(5)]
    public required TimeSpan Pause { get; init; }

    /// <summary>Batches over several shards that did not end in time and were shut out instead: their callers were told that they may have been applied.</summary>
    [Id(6)]
    public required int Fenced { get; init; }

    /// <summary>The tokens of writes that the shards remember with their answers, in a form of the shards' own; empty for none.</summary>
    [Id(7)]
    public BytesColumn Tokens { get; init; }
}

/// <summary>Asks for the next rows that a shard keeps for a backup.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.CutRead")]
public sealed record CutRead
{
    /// <summary>The grain key of the shard.</summary>
    [Id(0)]
    public required string ShardKey { get; init; }

    /// <summary>The backup.</summary>
    [Id(1)]
    public required Guid Pin { get; init; }

    /// <summary>How many of the shard's rows the caller has.</summary>
    [Id(2)]
    public required int From { get; init; }

    /// <summary>How long the answer may take.</summary>
    [Id(3)]
    public required TimeSpan Deadline { get; init; }
}

/// <summary>Begins an index that is to be filled from a backup: nobody sees it before it is whole.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.RestoreRequest")]
public sealed record RestoreRequest
{
    /// <summary>What is fixed for the life of the index.</summary>
    [Id(0)]
    public required IndexSettings Settings { get; init; }

    /// <summary>The highest number that the rows' index had allotted; new rows get higher ones.</summary>
    [Id(1)]
    public required ulong SequenceHighWater { get; init; }

    /// <summary>How long the index waits for the next rows before it is dropped.</summary>
    [Id(2)]
    public required TimeSpan Lease { get; init; }

    /// <summary>The tokens of the backup, as <see cref="IndexCut.Tokens"/> had them; empty for none.</summary>
    [Id(3)]
    public BytesColumn Tokens { get; init; }
}

/// <summary>Rows of a backup for an index that is being restored. Sending them again changes nothing.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.RestoreRows")]
public sealed record RestoreRows
{
    /// <summary>What the index is, as the beginning of the restore answered.</summary>
    [Id(0)]
    public required IndexDescription Description { get; init; }

    /// <summary>Rows with the sequences that they had, rising.</summary>
    [Id(1)]
    public required StoredRowBlock Rows { get; init; }

    /// <summary>How long the answer may take.</summary>
    [Id(2)]
    public required TimeSpan Deadline { get; init; }
}

/// <summary>Says what a restored index must hold to be whole.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.RestoreEnd")]
public sealed record RestoreEnd
{
    /// <summary>The incarnation, as the beginning of the restore answered.</summary>
    [Id(0)]
    public required string Incarnation { get; init; }

    /// <summary>The rows of the backup.</summary>
    [Id(1)]
    public required RowsDigest Expected { get; init; }
}

/// <summary>A set of rows: how many, and what they digest to, whatever their order.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="High">The upper half of the digest.</param>
/// <param name="Low">The lower half of the digest.</param>
[GenerateSerializer, Immutable, Alias("iqdb.RowsDigest")]
public readonly record struct RowsDigest([property: Id(0)] long Rows, [property: Id(1)] ulong High, [property: Id(2)] ulong Low)
{
    /// <summary>What a digest has come to.</summary>
    public static RowsDigest Of(Engine.Encoding.RowSetDigest digest)
    {
        ArgumentNullException.ThrowIfNull(digest);
        return new(digest.Rows, (ulong)(digest.Value >> 64), (ulong)digest.Value);
    }

    /// <summary>The digest as one number.</summary>
    public UInt128 Value => new(High, Low);

    /// <summary>The rows of two sets that have none in common.</summary>
    public RowsDigest With(in RowsDigest other)
    {
        var sum = unchecked(Value + other.Value);
        return new(Rows + other.Rows, (ulong)(sum >> 64), (ulong)sum);
    }

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => Engine.Encoding.RowSetDigest.Format(Value);
}
