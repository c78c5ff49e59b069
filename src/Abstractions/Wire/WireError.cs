using IqdbFlat.Engine;
using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>A <see cref="FlatError"/> as it travels.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.WireError")]
public sealed record WireError
{
    /// <summary>What went wrong.</summary>
    [Id(0)]
    public required FlatErrorKind Kind { get; init; }

    /// <summary>One sentence.</summary>
    [Id(1)]
    public required string Message { get; init; }

    /// <summary>The expected number.</summary>
    [Id(2)]
    public long? Expected { get; init; }

    /// <summary>The number found.</summary>
    [Id(3)]
    public long? Found { get; init; }

    /// <summary>Why a setting is not accepted.</summary>
    [Id(4)]
    public string? Reason { get; init; }

    /// <summary>Which limit was passed.</summary>
    [Id(5)]
    public string? Limit { get; init; }

    /// <summary>The limit's value.</summary>
    [Id(6)]
    public long? Max { get; init; }

    /// <summary>The name of a damaged record.</summary>
    [Id(7)]
    public string? Record { get; init; }

    /// <summary>Whether a write may have been applied.</summary>
    [Id(8)]
    public bool MayHaveBeenApplied { get; init; }

    /// <summary>The index, where known.</summary>
    [Id(9)]
    public string? Index { get; init; }

    /// <summary>The shard, where known.</summary>
    [Id(10)]
    public int? Shard { get; init; }

    /// <summary>The row's id in a column of one, or none.</summary>
    [Id(11)]
    public RowIdColumn Id { get; init; }

    /// <summary>The place of a batch's first bad item.</summary>
    [Id(12)]
    public int? Item { get; init; }

    /// <summary>The places of all items that were not applied.</summary>
    [Id(13)]
    public int[] NotApplied { get; init; } = [];

    /// <summary>Makes the travelling form.</summary>
    public static WireError From(FlatError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new()
        {
            Kind = error.Kind,
            Message = error.Message,
            Expected = error.Expected,
            Found = error.Found,
            Reason = error.Reason,
            Limit = error.Limit,
            Max = error.Max,
            Record = error.Record,
            MayHaveBeenApplied = error.MayHaveBeenApplied,
            Index = error.Index,
            Shard = error.Shard,
            Id = error.Id is { } id ? new([id]) : default,
            Item = error.Item,
            NotApplied = [.. error.NotApplied],
        };
    }

    /// <summary>The error again.</summary>
    public FlatError ToError() => new(Kind, Message)
    {
        Expected = Expected,
        Found = Found,
        Reason = Reason,
        Limit = Limit,
        Max = Max,
        Record = Record,
        MayHaveBeenApplied = MayHaveBeenApplied,
        Index = Index,
        Shard = Shard,
        Id = Id.Count == 1 ? Id.Values[0] : null,
        Item = Item,
        NotApplied = NotApplied,
    };
}
