namespace IqdbFlat.Engine;

/// <summary>What went wrong. The numbers cross the wire and never change.</summary>
public enum FlatErrorKind : byte
{
    /// <summary>A vector or query has another number of components than the index.</summary>
    DimensionMismatch = 1,

    /// <summary>A vector or query has a component that is not finite.</summary>
    InvalidVector = 2,

    /// <summary>A setting, name, id or argument that no index accepts.</summary>
    InvalidConfig = 3,

    /// <summary>The id is not in the index.</summary>
    NotFound = 4,

    /// <summary>The id is in the index already.</summary>
    Duplicate = 5,

    /// <summary>The search names a metric that is not the index's.</summary>
    InvalidMetric = 6,

    /// <summary>The filter passes a cap, or its text cannot be read.</summary>
    InvalidFilter = 7,

    /// <summary>A limit would be passed: an answer, a batch, metadata, memory.</summary>
    ResourceLimitExceeded = 8,

    /// <summary>No index has that name.</summary>
    IndexNotFound = 9,

    /// <summary>An index has that name already, with other settings.</summary>
    IndexExists = 10,

    /// <summary>A shard cannot be reached, or has been superseded; try again.</summary>
    Unavailable = 11,

    /// <summary>A queue is full; try again later.</summary>
    Overloaded = 12,

    /// <summary>A shard is still reading its rows from the store.</summary>
    Loading = 13,

    /// <summary>The deadline passed. A write may have been applied.</summary>
    Timeout = 14,

    /// <summary>A write's token is so old that its first answer is no longer known.</summary>
    TokenExpired = 15,

    /// <summary>A stored record is damaged, missing or of an unknown version.</summary>
    CorruptData = 16,
}
