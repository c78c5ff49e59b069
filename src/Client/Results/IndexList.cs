using System.Collections;
using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Client;

/// <summary>The indexes of a cluster, in ordinal order of their names, and what is wrong with those that cannot be told.</summary>
public sealed class IndexList : IReadOnlyList<IndexDescription>
{
    private readonly IReadOnlyList<IndexDescription> _indexes;

    /// <summary>Makes a list.</summary>
    /// <param name="indexes">What can be told.</param>
    /// <param name="damaged">What is wrong with the others.</param>
    public IndexList(IReadOnlyList<IndexDescription> indexes, IReadOnlyList<FlatError> damaged)
    {
        ArgumentNullException.ThrowIfNull(indexes);
        ArgumentNullException.ThrowIfNull(damaged);
        _indexes = indexes;
        Damaged = damaged;
    }

    /// <summary>
    /// An error for each index whose record is damaged: <see cref="FlatErrorKind.CorruptData"/>, with its name in <see cref="FlatError.Index"/> and the record's in
    /// <see cref="FlatError.Record"/>, in the order of names.
    /// </summary>
    public IReadOnlyList<FlatError> Damaged { get; }

    /// <inheritdoc/>
    public int Count => _indexes.Count;

    /// <inheritdoc/>
    public IndexDescription this[int index] => _indexes[index];

    /// <inheritdoc/>
    public IEnumerator<IndexDescription> GetEnumerator() => _indexes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
