using IqdbFlat.Engine.Columns;
using IqdbFlat.Engine.Values;

namespace IqdbFlat.Engine.Listing;

/// <summary>The order of a list: by fields, then by sequence. Total, since sequences are unique.</summary>
internal sealed class RowOrder : IComparer<RowRank>
{
    private readonly FieldOrder[] _fields;

    private RowOrder(FieldOrder[] fields) => _fields = fields;

    /// <summary>The order of insertion.</summary>
    public static RowOrder BySequence { get; } = new([]);

    /// <summary>The fields.</summary>
    public IReadOnlyList<FieldOrder> Fields => _fields;

    /// <summary>Whether the order is that of insertion alone.</summary>
    public bool IsBySequence => _fields.Length == 0;

    /// <summary>An order by fields. InvalidConfig: more than <see cref="ListOptions.MaxOrders"/>, one twice, or a name that no field can have.</summary>
    public static RowOrder By(IReadOnlyList<FieldOrder>? fields)
    {
        if (fields is null or [])
            return BySequence;
        if (fields.Count > ListOptions.MaxOrders)
            throw FlatIndexException.InvalidConfig($"a list is ordered by at most {ListOptions.MaxOrders} fields, found {fields.Count}");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (field, _) in fields)
        {
            if (field is null || !UnicodeText.IsValid(field))
                throw FlatIndexException.InvalidConfig($"a list is ordered by fields whose names are valid Unicode, found {(field is null ? "none" : UnicodeText.Quote(field))}");
            if (!names.Add(field))
                throw FlatIndexException.InvalidConfig($"a list is ordered by each field once, found {UnicodeText.Quote(field)} twice");
        }

        return new([.. fields]);
    }

    /// <summary>Where a row stands.</summary>
    public RowRank RankOf(Metadata metadata, ulong sequence)
    {
        if (_fields.Length == 0)
            return new([], sequence);
        var values = new MetadataValue?[_fields.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = metadata.TryGetValue(_fields[i].Field, out var value) ? value : default(MetadataValue?);
        return new(values, sequence);
    }

    /// <summary>The metadata that has a rank's values, for a cursor: the fields of the order that the row has.</summary>
    public Metadata MetadataOf(RowRank rank) => Metadata.From(
        _fields.Zip(rank.Values).Where(field => field.Second is not null).Select(field => KeyValuePair.Create(field.First.Field, field.Second!.Value)));

    /// <inheritdoc/>
    public int Compare(RowRank x, RowRank y)
    {
        for (int i = 0; i < _fields.Length; i++)
        {
            int order = Compare(x.Values[i], y.Values[i]);
            if (order != 0)
                return _fields[i].Descending ? -order : order;
        }

        return x.Sequence.CompareTo(y.Sequence);
    }

    private static int Compare(in MetadataValue? left, in MetadataValue? right) => (left, right) switch
    {
        ({ } one, { } other) => ValueOrder.Of(one, other),
        (null, null) => 0,
        (null, _) => -1,
        _ => 1,
    };
}
