using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine.Tests;

/// <summary>The index as plainly as it can be: a list of rows, searched one by one by the reference arithmetic. The oracle of the engine's tests.</summary>
internal sealed class IndexOracle(int dimension, Metric metric)
{
    private readonly List<StoredRow> _rows = [];
    private ulong _last;

    public int Count => _rows.Count;

    public IReadOnlyList<StoredRow> Rows => _rows;

    /// <summary>An index that these rows, of different ids, were inserted into.</summary>
    public static IndexOracle Of(int dimension, Metric metric, IReadOnlyList<Row> rows)
    {
        var oracle = new IndexOracle(dimension, metric);
        foreach (var row in rows)
            oracle._rows.Add(new StoredRow(row.Id, row.Vector, row.Metadata ?? Metadata.Empty, ++oracle._last));
        return oracle;
    }

    public StoredRow? Get(RowId id) => Find(id) is var place and >= 0 ? _rows[place] : null;

    public bool Insert(RowId id, float[] vector, Metadata? metadata)
    {
        if (Find(id) >= 0)
            return false;
        Assert.Equal(dimension, vector.Length);
        _rows.Add(new StoredRow(id, vector, metadata ?? Metadata.Empty, ++_last));
        return true;
    }

    public bool Upsert(RowId id, float[] vector, Metadata? metadata)
    {
        bool replaced = Delete(id);
        Assert.True(Insert(id, vector, metadata));
        return replaced;
    }

    public bool Delete(RowId id)
    {
        int place = Find(id);
        if (place >= 0)
            _rows.RemoveAt(place);
        return place >= 0;
    }

    public bool UpdateMetadata(RowId id, Metadata? metadata)
    {
        int place = Find(id);
        if (place >= 0)
            _rows[place] = _rows[place] with { Metadata = metadata ?? Metadata.Empty };
        return place >= 0;
    }

    public void Clear() => _rows.Clear();

    public IndexOracle Copy()
    {
        var copy = new IndexOracle(dimension, metric) { _last = _last };
        copy._rows.AddRange(_rows);
        return copy;
    }

    public Hit[] Search(float[] query, int k, Filter? filter = null, bool includeMetadata = false) =>
    [
        .. _rows
            .Where(row => filter is null || FilterEvaluator.Matches(filter, row.Metadata))
            .Select(row => new Hit(row.Id, ReferenceDistance.Compute(metric, query, row.Vector.Span), row.Sequence, includeMetadata ? row.Metadata : null))
            .Order(Comparer<Hit>.Create(Rank))
            .Take(k),
    ];

    /// <summary>Same ids in the same order with the same distance bits, sequences and metadata.</summary>
    public static void AssertSame(IReadOnlyList<Hit> expected, IReadOnlyList<Hit> found)
    {
        Assert.Equal(expected.Count, found.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            bool same = expected[i].Id == found[i].Id
                && BitConverter.SingleToUInt32Bits(expected[i].Distance) == BitConverter.SingleToUInt32Bits(found[i].Distance)
                && expected[i].Sequence == found[i].Sequence
                && Equals(expected[i].Metadata, found[i].Metadata);

            // The message is made where there is something to say: hits are compared by the million.
            if (!same)
                Assert.Fail($"hit {i}: expected {expected[i]}, found {found[i]}");
        }
    }

    /// <summary>Total order on distances written from the contract's words: -inf to +inf, -0.0 below +0.0, NaN last; then sequence.</summary>
    public static int Rank(Hit left, Hit right)
    {
        int byDistance = (float.IsNaN(left.Distance), float.IsNaN(right.Distance)) switch
        {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => -1,
            _ => left.Distance < right.Distance ? -1
                : left.Distance > right.Distance ? 1
                : float.IsNegative(right.Distance).CompareTo(float.IsNegative(left.Distance)),
        };
        return byDistance != 0 ? byDistance : left.Sequence.CompareTo(right.Sequence);
    }

    private int Find(RowId id) => _rows.FindIndex(row => row.Id == id);
}
