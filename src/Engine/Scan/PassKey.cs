using System.Runtime.CompilerServices;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Scan;

/// <summary>What the searches of one pass have in common: the very same snapshot, the same vector of its rows, no filter or the very same one, and how they go through the rows.</summary>
internal readonly struct PassKey(RowSnapshot snapshot, int part, Filter? filter, SearchPlan plan, CancellationToken stopsFilter) : IEquatable<PassKey>
{
    private readonly RowSnapshot _snapshot = snapshot;
    private readonly int _part = part;
    private readonly Filter? _filter = filter;
    private readonly CancellationToken _stopsFilter = stopsFilter;
    private readonly SearchPlan _plan = plan;

    /// <inheritdoc/>
    public bool Equals(PassKey other) =>
        ReferenceEquals(_snapshot, other._snapshot) && _part == other._part && ReferenceEquals(_filter, other._filter) && _stopsFilter == other._stopsFilter
        && _plan == other._plan;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PassKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(_snapshot), _part, _filter is null ? 0 : RuntimeHelpers.GetHashCode(_filter));
}
