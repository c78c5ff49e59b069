using System.Collections;
using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine;

/// <summary>
/// The named vectors that each row of an index has, written and logged as one: <see cref="Pack"/> makes of them the one vector that a <see cref="Row"/>
/// carries, <see cref="PartOf"/> and <see cref="Unpack"/> take it apart again. Immutable; two with the same parts in the same order are equal.
/// </summary>
/// <remarks>
/// A packed vector has the parts end to end, each padded with zeros to a multiple of 16 floats, and behind them a float for each part, also padded: 1
/// where the row has the part, 0 where it has not, and then the part's floats are zeros. So a row may lack any of its vectors, or all, and
/// whatever stores, sends or digests vectors treats a packed one like any other.
/// </remarks>
public sealed partial class VectorParts : IReadOnlyList<VectorPart>, IEquatable<VectorParts>
{
    /// <summary>Parts of a row, at most.</summary>
    public const int MaxParts = 64;

    private const int MaxNameBytes = 128;

    private readonly VectorPart[] _parts;
    private readonly int[] _offsets;

    /// <summary>Parts in the order in which rows have them.</summary>
    /// <exception cref="FlatIndexException">
    /// <see cref="FlatErrorKind.InvalidConfig"/>: none or more than <see cref="MaxParts"/>, a name twice or of a length or form that is not allowed, a dimension or
    /// metric that no index accepts, or a packed vector of more than <see cref="Limits.Dimension"/> floats.
    /// </exception>
    public VectorParts(params IReadOnlyList<VectorPart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count is < 1 or > MaxParts)
            throw FlatIndexException.InvalidConfig($"a row has 1 to {MaxParts} vectors, found {parts.Count}");
        _parts = [.. parts];
        _offsets = new int[_parts.Length];
        long offset = 0;
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < _parts.Length; i++)
        {
            var part = _parts[i] ?? throw FlatIndexException.InvalidConfig($"a vector has a name, a dimension and a metric, found nothing at place {i}");
            CheckName(part.Name);
            IndexCheck.Settings(part.Dimension, part.Metric);
            if (!names.Add(part.Name))
                throw FlatIndexException.InvalidConfig($"each vector has a name of its own, found '{part.Name}' twice");
            _offsets[i] = (int)offset;
            offset += PreparedQuery.StrideOf(part.Dimension);
            if (offset > Limits.Dimension)
                break;
        }

        offset += PreparedQuery.StrideOf(_parts.Length);
        if (offset > Limits.Dimension)
        {
            throw FlatIndexException.InvalidConfig(
                $"the vectors of a row, each padded to a multiple of {PreparedQuery.Granule} floats, and {PreparedQuery.Granule} more for which of them are there, have at most {Limits.Dimension} floats, found more");
        }

        RowComponents = (int)offset;
    }

    /// <summary>The number of parts.</summary>
    public int Count => _parts.Length;

    /// <summary>Floats of a packed vector: what <see cref="FlatIndex.Dimension"/> is for an index with these parts.</summary>
    public int RowComponents { get; }

    /// <summary>A part by its place.</summary>
    public VectorPart this[int index] => _parts[index];

    /// <summary>The place of a part.</summary>
    /// <param name="name">Its name; null for the only one.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: no such part, or null where there are several; the error lists the names.</exception>
    public int PlaceOf(string? name)
    {
        if (name is null && _parts.Length == 1)
            return 0;
        for (int i = 0; i < _parts.Length; i++)
        {
            if (string.Equals(_parts[i].Name, name, StringComparison.Ordinal))
                return i;
        }

        string names = string.Join(", ", _parts.Select(part => $"'{part.Name}'"));
        throw FlatIndexException.InvalidConfig(
            name is null ? $"rows have several vectors, so one is named out of {names}, found no name" : $"the vectors of a row are {names}, found '{name}'");
    }

    /// <summary>The place of the vector that a search means, in an index with parts or without.</summary>
    /// <param name="parts">The index's parts; null for an index whose one vector has no name.</param>
    /// <param name="name">The name that the search gives, or null.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>, as above; also a name where the vector has none.</exception>
    public static int PlaceOf(VectorParts? parts, string? name)
    {
        if (parts is not null)
            return parts.PlaceOf(name);
        return name is null ? 0 : throw FlatIndexException.InvalidConfig($"the index has one vector without a name, found '{name}'");
    }

    /// <inheritdoc/>
    public IEnumerator<VectorPart> GetEnumerator() => ((IEnumerable<VectorPart>)_parts).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(VectorParts? other) => other is not null && _parts.AsSpan().SequenceEqual(other._parts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VectorParts);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var part in _parts)
            hash.Add(part);
        return hash.ToHashCode();
    }

    /// <summary>The parts as a command line spells them: <c>title:384:Cosine, body:768:DotProduct</c>.</summary>
    public override string ToString() => string.Join(", ", _parts.Select(part => $"{part.Name}:{part.Dimension}:{part.Metric}"));

    /// <summary>Where a part begins in a packed vector, in floats.</summary>
    internal int OffsetOf(int place) => _offsets[place];

    private int FlagOf(int place) => RowComponents - PreparedQuery.StrideOf(_parts.Length) + place;

    private static void CheckName(string name)
    {
        if (string.IsNullOrEmpty(name) || !Values.UnicodeText.IsValid(name) || System.Text.Encoding.UTF8.GetByteCount(name) > MaxNameBytes)
            throw FlatIndexException.InvalidConfig($"the name of a vector has 1 to {MaxNameBytes} bytes of valid Unicode, found {Values.UnicodeText.Quote(name ?? "")}");
    }
}
