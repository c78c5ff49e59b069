using IqdbFlat.Engine;
using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>A shard's part of a write, from a coordinator.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.ShardWrite")]
public sealed record ShardWrite
{
    /// <summary>The epoch of the index grain that allotted the numbers; a shard refuses older ones.</summary>
    [Id(0)]
    public required ulong IndexEpoch { get; init; }

    /// <summary>What to do.</summary>
    [Id(1)]
    public required WriteMode Mode { get; init; }

    /// <summary>This shard's rows; for deletes only their ids, for Clear and DeleteMatching none.</summary>
    [Id(2)]
    public required RowBlock Rows { get; init; }

    /// <summary>A number for each row, rising; for Clear and DeleteMatching one.</summary>
    [Id(3)]
    public required SequenceColumn Sequences { get; init; }

    /// <summary>
    /// Whether the first row that cannot be written stops those after it. Set for a batch that lies in one shard; a batch over
    /// several shards was checked before, and here only rows that another writer raced for are refused.
    /// </summary>
    [Id(4)]
    public required bool StopAtFirst { get; init; }

    /// <summary>What makes a retry of the write safe, or null for none.</summary>
    [Id(5)]
    public ShardToken? Token { get; init; }

    /// <summary>How many rows of the whole request were let through, over all shards; kept with the answer.</summary>
    [Id(6)]
    public int Cut { get; init; }

    /// <summary>The number that the request's first row has, or would have; kept with the answer.</summary>
    [Id(7)]
    public ulong First { get; init; }

    /// <summary>For DeleteMatching: which rows are removed.</summary>
    [Id(8)]
    public FilterExpression Filter { get; init; }
}

/// <summary>A shard's answer to a write, when it could be made.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.ShardWriteReply")]
public sealed record ShardWriteReply
{
    /// <summary>How far the log has come with it.</summary>
    [Id(0)]
    public required ShardPosition Position { get; init; }

    /// <summary>Rows written or removed.</summary>
    [Id(1)]
    public required int Applied { get; init; }

    /// <summary>Places, in the request, of the rows that were refused: a duplicate, or not there.</summary>
    [Id(2)]
    public required int[] Refused { get; init; }

    /// <summary>The answer that an earlier try under the same token got, or null when this try did the work.</summary>
    [Id(3)]
    public KeptAnswer? Kept { get; init; }
}

/// <summary>Asks a shard which rows of a write it would refuse, before anything is written.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.ShardCheck")]
public sealed record ShardCheck
{
    /// <summary>The epoch of the description in use.</summary>
    [Id(0)]
    public required ulong IndexEpoch { get; init; }

    /// <summary>What would be done.</summary>
    [Id(1)]
    public required WriteMode Mode { get; init; }

    /// <summary>This shard's ids.</summary>
    [Id(2)]
    public required RowIdColumn Ids { get; init; }

    /// <summary>The write's token, or null for none.</summary>
    [Id(3)]
    public ShardToken? Token { get; init; }
}

/// <summary>What a shard says of a write before it is made.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.ShardCheckReply")]
public sealed record ShardCheckReply
{
    /// <summary>How far the log has come.</summary>
    [Id(0)]
    public required ShardPosition Position { get; init; }

    /// <summary>Places, in the request, of the rows that would be refused.</summary>
    [Id(1)]
    public required int[] Refused { get; init; }

    /// <summary>The answer that an earlier try under the same token got here, or null when there was none.</summary>
    [Id(2)]
    public KeptAnswer? Kept { get; init; }

    /// <summary>Numbers up to this one may be below removals that the shard has forgotten: it takes no new row under them.</summary>
    [Id(3)]
    public required ulong Floor { get; init; }
}

/// <summary>A shard's part of a search, from a coordinator.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.ShardSearch")]
public sealed record ShardSearch
{
    /// <summary>The epoch of the description in use; a shard that knows a newer one says so.</summary>
    [Id(0)]
    public required ulong IndexEpoch { get; init; }

    /// <summary>The queries end to end.</summary>
    [Id(1)]
    public required FloatVector Queries { get; init; }

    /// <summary>The number of queries.</summary>
    [Id(2)]
    public required int QueryCount { get; init; }

    /// <summary>Hits wanted for each query.</summary>
    [Id(3)]
    public required int K { get; init; }

    /// <summary>Which rows count.</summary>
    [Id(4)]
    public FilterExpression Filter { get; init; }

    /// <summary>Whether hits carry their metadata.</summary>
    [Id(5)]
    public bool IncludeMetadata { get; init; }

    /// <summary>How much the search must have seen.</summary>
    [Id(6)]
    public Freshness Freshness { get; init; }

    /// <summary>What the caller's handle was told of this shard.</summary>
    [Id(7)]
    public ShardPosition? Seen { get; init; }

    /// <summary>How the shard goes through its rows; no plan changes an answer.</summary>
    [Id(8)]
    public SearchPlan Plan { get; init; }

    /// <summary>The place of the vector that the queries are measured with, where rows have several.</summary>
    [Id(9)]
    public int Part { get; init; }

    /// <summary>Only rows at this distance or farther count.</summary>
    [Id(10)]
    public float? MinDistance { get; init; }

    /// <summary>Only rows at this distance or nearer count.</summary>
    [Id(11)]
    public float? MaxDistance { get; init; }

    /// <summary>With <see cref="AfterSequence"/>: only rows that rank behind this distance and sequence count.</summary>
    [Id(12)]
    public float? AfterDistance { get; init; }

    /// <summary>The sequence of that rank.</summary>
    [Id(13)]
    public ulong AfterSequence { get; init; }
}

/// <summary>A shard's partial answers: sorted hits, its log position and its counts.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.ShardSearchReply")]
public sealed record ShardSearchReply
{
    /// <summary>A sorted partial each.</summary>
    [Id(0)]
    public required HitBlock[] Answers { get; init; }

    /// <summary>What the shard did.</summary>
    [Id(1)]
    public required ShardReport Report { get; init; }
}

/// <summary>Asks a shard for rows by id, or for the next rows in the order of insertion.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.ShardRead")]
public sealed record ShardRead
{
    /// <summary>The epoch of the description in use.</summary>
    [Id(0)]
    public required ulong IndexEpoch { get; init; }

    /// <summary>What the caller's handle was told of this shard.</summary>
    [Id(1)]
    public ShardPosition? Seen { get; init; }

    /// <summary>The ids to look up; empty for a page.</summary>
    [Id(2)]
    public RowIdColumn Ids { get; init; }

    /// <summary>Whether vectors and metadata are wanted.</summary>
    [Id(3)]
    public bool WithContent { get; init; }

    /// <summary>For a page: rows with a greater sequence follow.</summary>
    [Id(4)]
    public ulong AfterSequence { get; init; }

    /// <summary>For a page: rows wanted.</summary>
    [Id(5)]
    public int Limit { get; init; }
}
