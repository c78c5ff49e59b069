namespace IqdbFlat.Engine.Columns;

/// <summary>What a leaf gives for the rows of a segment that have its field.</summary>
internal enum ZoneOutcome
{
    /// <summary>It may hold for some and not for others.</summary>
    Open,

    /// <summary>It holds for none.</summary>
    None,

    /// <summary>It holds for all.</summary>
    All,
}

/// <summary>
/// The least and the greatest value of each kind in a column of a segment: decides, by a comparison or two and without looking at a row, that a
/// leaf holds for no row with the field, or for every one.
/// </summary>
/// <remarks>It looks into the column's values, which lie in <see cref="ValueOrder"/>: the bounds of a kind are the ends of its stretch.</remarks>
internal sealed class ZoneMap
{
    private const int Kinds = (int)MetadataKind.Array + 1;

    private readonly MetadataValue[] _values;
    private readonly int[] _starts = new int[Kinds + 1];
    private readonly int _firstNaN;

    /// <summary>The zones of values in <see cref="ValueOrder"/>.</summary>
    public ZoneMap(MetadataValue[] sorted)
    {
        _values = sorted;
        for (int kind = 0; kind < Kinds; kind++)
        {
            int end = _starts[kind];
            while (end < sorted.Length && (int)sorted[end].Kind == kind)
                end++;
            _starts[kind + 1] = end;
        }

        _firstNaN = _starts[(int)MetadataKind.Float + 1];
        while (_firstNaN > _starts[(int)MetadataKind.Float] && double.IsNaN(sorted[_firstNaN - 1].AsFloat))
            _firstNaN--;
    }

    /// <summary>The ranks of the values that a comparison but Neq with a value of this kind can accept: NaNs left out.</summary>
    public RankRange Comparable(MetadataKind kind) => new(_starts[(int)kind], kind == MetadataKind.Float ? _firstNaN : _starts[(int)kind + 1]);

    /// <summary>The ranks of all values of a kind.</summary>
    public RankRange Of(MetadataKind kind) => new(_starts[(int)kind], _starts[(int)kind + 1]);

    /// <summary>What a leaf gives, where the bounds decide it.</summary>
    public ZoneOutcome Decide(CompareFilter leaf) => leaf.Operator switch
    {
        CompareOperator.Eq => Equality(leaf.Value),
        CompareOperator.Neq => Equality(leaf.Value) switch { ZoneOutcome.None => ZoneOutcome.All, ZoneOutcome.All => ZoneOutcome.None, _ => ZoneOutcome.Open },
        _ => Ordered(leaf.Operator, leaf.Value),
    };

    private ZoneOutcome Equality(in MetadataValue value)
    {
        var zone = Comparable(value.Kind);
        if (zone.IsEmpty || value.EqualsNothing)
            return ZoneOutcome.None;
        int least = ValueOrder.Of(value, _values[zone.First]);
        int greatest = ValueOrder.Of(value, _values[zone.End - 1]);
        if (least < 0 || greatest > 0)
            return ZoneOutcome.None;
        return least == 0 && greatest == 0 && zone.Length == _values.Length ? ZoneOutcome.All : ZoneOutcome.Open;
    }

    private ZoneOutcome Ordered(CompareOperator op, in MetadataValue value)
    {
        var zone = Comparable(value.Kind);
        if (zone.IsEmpty || value.EqualsNothing || value.Kind == MetadataKind.Array)
            return ZoneOutcome.None;

        // Where the end that is the easiest to accept is refused, all are; where the hardest is accepted, all are.
        int least = ValueOrder.Of(_values[zone.First], value);
        int greatest = ValueOrder.Of(_values[zone.End - 1], value);
        var (none, all) = op switch
        {
            CompareOperator.Lt => (least >= 0, greatest < 0),
            CompareOperator.Lte => (least > 0, greatest <= 0),
            CompareOperator.Gt => (greatest <= 0, least > 0),
            _ => (greatest < 0, least >= 0),
        };
        if (none)
            return ZoneOutcome.None;
        return all && zone.Length == _values.Length ? ZoneOutcome.All : ZoneOutcome.Open;
    }
}
