using IqdbFlat.Engine.Filters;

namespace IqdbFlat.Engine.Columns;

/// <summary>A leaf made ready for columns: its values as a set, and the ranks it accepts in the segment it was last bound to.</summary>
internal sealed class FilterLeaf
{
    private readonly Filter _filter;
    private readonly ValueSet? _values;

    private FilterLeaf(Filter filter, string field, IReadOnlyList<MetadataValue>? values = null)
    {
        _filter = filter;
        _values = values is null ? null : new ValueSet(values);
        Field = field;
    }

    /// <summary>The field's name.</summary>
    public string Field { get; }

    /// <summary>The comparison; null for any other leaf.</summary>
    public CompareFilter? Comparison => _filter as CompareFilter;

    /// <summary>The text that strings begin with; null for any other leaf.</summary>
    public string? Prefix => _filter is TextFilter { Operator: TextOperator.StartsWith } leaf ? leaf.Text : null;

    /// <summary>The values of an In: no two of them equal, none of them equal to nothing. Null for any other leaf.</summary>
    public IReadOnlyCollection<MetadataValue>? Members => _filter is InFilter ? _values!.Values : null;

    /// <summary>The one kind of which a value must be for a leaf that is decided value by value.</summary>
    public MetadataKind AcceptedKind => _filter is TextFilter ? MetadataKind.String : MetadataKind.Array;

    /// <summary>The ranks that the leaf accepts in the segment that it was last bound to, where that is sealed.</summary>
    public LeafRanks Ranks { get; } = new();

    /// <summary>The values that <see cref="Ranks"/> were found in: another segment with the very same ones needs no search.</summary>
    public MetadataValue[]? RankedValues { get; set; }

    /// <summary>Makes a leaf ready, or gives null for a node that is none.</summary>
    public static FilterLeaf? Of(Filter filter) => filter switch
    {
        CompareFilter leaf => new(leaf, leaf.Field),
        InFilter leaf => new(leaf, leaf.Field, leaf.Values),
        ContainsFilter leaf => new(leaf, leaf.Field),
        ContainsAnyFilter leaf => new(leaf, leaf.Field, leaf.Values),
        TextFilter leaf => new(leaf, leaf.Field),
        _ => null,
    };

    /// <summary>Whether a value that a row has is accepted.</summary>
    public bool Accepts(in MetadataValue present) => _filter switch
    {
        CompareFilter leaf => LeafPredicate.Compare(leaf, present),
        InFilter => _values!.Contains(present),
        ContainsFilter leaf => LeafPredicate.Contains(present, leaf.Value),
        ContainsAnyFilter => _values!.ContainsElementOf(present),
        _ => LeafPredicate.HasText((TextFilter)_filter, present),
    };
}
