using IqdbFlat.Engine.Filters;

namespace IqdbFlat.Engine.Columns;

/// <summary>A leaf made ready for columns: its values as a set, and the ranks it accepts in the segment it was last bound to.</summary>
internal sealed class FilterLeaf
{
    private readonly CompareFilter? _compare;
    private readonly InValues? _in;

    public FilterLeaf(CompareFilter leaf)
    {
        _compare = leaf;
        Field = leaf.Field;
    }

    public FilterLeaf(InFilter leaf)
    {
        _in = new InValues(leaf);
        Field = leaf.Field;
    }

    /// <summary>The field's name.</summary>
    public string Field { get; }

    /// <summary>The comparison; null for an In.</summary>
    public CompareFilter? Comparison => _compare;

    /// <summary>The values of an In: no two of them equal, none of them NaN. Empty for a comparison.</summary>
    public IReadOnlyCollection<MetadataValue> Members => _in?.Values ?? [];

    /// <summary>The ranks that the leaf accepts in the segment that it was last bound to, where that is sealed.</summary>
    public LeafRanks Ranks { get; } = new();

    /// <summary>Whether a value that a row has is accepted.</summary>
    public bool Accepts(in MetadataValue present) => _compare is not null ? LeafPredicate.Compare(_compare, present) : _in!.Contains(present);
}
