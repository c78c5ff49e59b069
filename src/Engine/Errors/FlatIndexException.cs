namespace IqdbFlat.Engine;

/// <summary>The one exception of the index; <see cref="Kind"/> says what went wrong and <see cref="Error"/> carries the rest.</summary>
public sealed class FlatIndexException : Exception
{
    /// <summary>Wraps an error.</summary>
    public FlatIndexException(FlatError error, Exception? innerException = null)
        : base(error?.Message, innerException)
    {
        ArgumentNullException.ThrowIfNull(error);
        Error = error;
    }

    /// <summary>All that is known of the error.</summary>
    public FlatError Error { get; }

    /// <summary>What went wrong.</summary>
    public FlatErrorKind Kind => Error.Kind;

    /// <summary>A vector or query of the wrong length.</summary>
    public static FlatIndexException DimensionMismatch(int expected, int found) => new(
        new(FlatErrorKind.DimensionMismatch, $"vector dimension mismatch: expected {expected}, found {found}") { Expected = expected, Found = found });

    /// <summary>A component that is not finite.</summary>
    public static FlatIndexException InvalidVector(int component, float found) => new(
        new(FlatErrorKind.InvalidVector, FormattableString.Invariant($"invalid vector: every component must be finite, found {found} at component {component}")));

    /// <summary>A setting, id or argument that no index accepts.</summary>
    public static FlatIndexException InvalidConfig(string reason) => new(
        new(FlatErrorKind.InvalidConfig, $"invalid configuration: {reason}") { Reason = reason });

    /// <summary>An id that is not in the index.</summary>
    public static FlatIndexException NotFound(RowId id) => new(
        new(FlatErrorKind.NotFound, $"not found: the index has no row with id {id}") { Id = id });

    /// <summary>An id that is in the index already.</summary>
    public static FlatIndexException Duplicate(RowId id) => new(
        new(FlatErrorKind.Duplicate, $"duplicate id: the index has a row with id {id} already") { Id = id });

    /// <summary>A search that names another metric than the index's.</summary>
    public static FlatIndexException InvalidMetric(Metric expected, Metric found) => new(
        new(FlatErrorKind.InvalidMetric, $"invalid distance metric: the index measures {expected}, the search names {found}"));

    /// <summary>A filter past a cap, or text that cannot be read.</summary>
    public static FlatIndexException InvalidFilter(string reason) => new(
        new(FlatErrorKind.InvalidFilter, $"invalid filter: {reason}") { Reason = reason });

    /// <summary>A limit that would be passed.</summary>
    public static FlatIndexException ResourceLimitExceeded(string limit, long max, long found) => new(
        new(FlatErrorKind.ResourceLimitExceeded, $"resource limit exceeded: at most {max} {limit}, found {found}") { Limit = limit, Max = max, Found = found });

    /// <summary>No index of that name.</summary>
    public static FlatIndexException IndexNotFound(string index) => new(
        new(FlatErrorKind.IndexNotFound, $"index not found: there is no index named '{index}'") { Index = index });

    /// <summary>An index of that name is there already.</summary>
    public static FlatIndexException IndexExists(string index) => new(
        new(FlatErrorKind.IndexExists, $"index exists: there is an index named '{index}' already") { Index = index });

    /// <summary>A shard that cannot answer now.</summary>
    public static FlatIndexException Unavailable(string reason) => new(
        new(FlatErrorKind.Unavailable, $"unavailable: {reason}") { Reason = reason });

    /// <summary>A queue that is full.</summary>
    public static FlatIndexException Overloaded(string reason) => new(
        new(FlatErrorKind.Overloaded, $"overloaded: {reason}") { Reason = reason });

    /// <summary>A shard that is still reading its rows.</summary>
    public static FlatIndexException Loading(string reason) => new(
        new(FlatErrorKind.Loading, $"loading: {reason}") { Reason = reason });

    /// <summary>A deadline that passed.</summary>
    public static FlatIndexException Timeout(string reason, bool mayHaveBeenApplied) => new(
        new(FlatErrorKind.Timeout, mayHaveBeenApplied ? $"timeout: {reason}; the write may have been applied" : $"timeout: {reason}")
        {
            Reason = reason,
            MayHaveBeenApplied = mayHaveBeenApplied,
        });

    /// <summary>A write whose token is older than what is remembered: nothing is done, and whether it was done before is not known any more.</summary>
    public static FlatIndexException TokenExpired(string reason) => new(
        new(FlatErrorKind.TokenExpired, $"token expired: {reason}") { Reason = reason });

    /// <summary>A stored record that cannot be trusted.</summary>
    public static FlatIndexException CorruptData(string record, string reason) => new(
        new(FlatErrorKind.CorruptData, $"corrupt data: record '{record}' {reason}") { Record = record, Reason = reason });
}
