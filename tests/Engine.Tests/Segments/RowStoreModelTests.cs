using System.Globalization;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Tests.Segments;

/// <summary>Random batches, published and taken back, against dictionaries; every snapshot ever kept goes on to answer as on its first day.</summary>
public class RowStoreModelTests
{
    [Theory]
    [InlineData(1, 3, 50, 600)]
    [InlineData(2, 20_000, 40, 500)] // 64 rows a segment
    [InlineData(3, 65_536, 60, 250)] // 16 rows a segment
    [InlineData(4, 65_536, 300, 80)]
    [InlineData(5, 2, 20_000, 120)]
    [InlineData(6, 3, 50, 600, 60_000)] // the tail is closed for its dead bytes, in batches that are taken back too
    public void Every_snapshot_keeps_its_answers(int seed, int dimension, int ids, int batches, int text = 0)
    {
        var rows = new RandomRows(seed);
        var store = new RowStore(dimension, Metric.Euclidean);
        var model = new Dictionary<RowId, (ulong Sequence, float Mark, Metadata Metadata)>();
        var kept = new List<(RowSnapshot Snapshot, Dictionary<RowId, (ulong Sequence, float Mark, Metadata Metadata)> Model)>();
        ulong sequence = 0;
        var vector = new float[dimension];
        for (int batch = 0; batch < batches; batch++)
        {
            var draft = new Dictionary<RowId, (ulong Sequence, float Mark, Metadata Metadata)>(model);
            bool publish = rows.Random.Next(4) != 0;
            using (var writer = store.BeginWrite())
            {
                int most = rows.Random.Next(10) == 0 ? ids : 12;
                for (int i = rows.Random.Next(most); i >= 0; i--)
                {
                    var id = rows.Id(ids);
                    var metadata = rows.Metadata() ?? Metadata.Empty;
                    if (text > 0 && rows.Random.Next(3) == 0)
                        metadata = Metadata.From(("text", rows.Random.NextInt64().ToString($"D{text}", CultureInfo.InvariantCulture)));
                    switch (rows.Random.Next(6))
                    {
                        case 0:
                            Assert.Equal(draft.Remove(id), writer.Remove(id));
                            break;
                        case 1:
                            Assert.Equal(draft.ContainsKey(id), writer.UpdateMetadata(id, metadata));
                            if (draft.TryGetValue(id, out var old))
                                draft[id] = old with { Metadata = metadata };
                            break;
                        default:
                            vector[^1] = ++sequence;
                            Assert.Equal(draft.ContainsKey(id), writer.Put(id, sequence, vector, metadata));
                            draft[id] = (sequence, sequence, metadata);
                            break;
                    }

                    Assert.Equal(draft.Count, writer.Count);
                    Assert.Equal(draft.ContainsKey(id), writer.TryFind(id, out ulong found));
                    Assert.Equal(draft.GetValueOrDefault(id).Sequence, found);
                }

                Check(store.Snapshot, model, rows, ids, tries: 3);
                if (publish)
                {
                    writer.Publish();
                    model = draft;
                }
            }

            Check(store.Snapshot, model, rows, ids, tries: 10);
            if (rows.Random.Next(8) == 0)
                kept.Add((store.Snapshot, model));
            if (kept.Count > 0)
            {
                var (snapshot, then) = kept[rows.Random.Next(kept.Count)];
                Check(snapshot, then, rows, ids, tries: 10);
            }

            if (kept.Count > 6)
                kept.RemoveAt(rows.Random.Next(kept.Count));
        }

        kept.Add((store.Snapshot, model));
        foreach (var (snapshot, then) in kept)
            CheckAll(snapshot, then, ids);
    }

    private static void Check(
        RowSnapshot snapshot, Dictionary<RowId, (ulong Sequence, float Mark, Metadata Metadata)> model, RandomRows rows, int ids, int tries)
    {
        Assert.Equal(model.Count, snapshot.Count);
        for (int i = 0; i < tries; i++)
            CheckOne(snapshot, model, rows.Id(ids));
    }

    private static void CheckOne(RowSnapshot snapshot, Dictionary<RowId, (ulong Sequence, float Mark, Metadata Metadata)> model, RowId id)
    {
        bool there = model.TryGetValue(id, out var expected);
        Assert.Equal(there, snapshot.TryFind(id, out int row));
        if (!there)
            return;
        Assert.Equal(id, snapshot.IdOf(row));
        Assert.Equal(expected.Sequence, snapshot.SequenceOf(row));
        Assert.Equal(expected.Metadata, snapshot.MetadataOf(row));
        Assert.Equal(expected.Mark, snapshot.Read(row).Vector.Span[^1]);
    }

    private static void CheckAll(RowSnapshot snapshot, Dictionary<RowId, (ulong Sequence, float Mark, Metadata Metadata)> model, int ids)
    {
        for (int n = 0; n < ids; n++)
        {
            CheckOne(snapshot, model, RowId.FromUInt64((ulong)n));
            CheckOne(snapshot, model, RowId.FromBytes([(byte)n, (byte)(n >> 8)]));
        }

        Assert.Equal(model.Values.Select(row => row.Sequence).Order(), snapshot.RowsAfter(0, int.MaxValue).Select(snapshot.SequenceOf));
    }
}
