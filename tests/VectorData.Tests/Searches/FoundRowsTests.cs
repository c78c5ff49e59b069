using IqdbFlat.Engine;
using IqdbFlat.VectorData.Backends;
using IqdbFlat.VectorData.Tests.Battery;
using IqdbFlat.VectorData.Tests.Modes;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData.Tests.Searches;

/// <summary>What is read after a search: no more than is handed out, and only what has the score.</summary>
public sealed class FoundRowsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_record_that_was_written_again_or_removed_since_is_left_out()
    {
        var store = new ChangingStore();
        var hits = await store.Notes.SearchAsync(new float[] { 0, 0, 0 }, 9, new() { IncludeVectors = true }, Cancel).ToListAsync(Cancel);
        var without = await store.Notes.SearchAsync(new float[] { 0, 0, 0 }, 9, cancellationToken: Cancel).ToListAsync(Cancel);

        Assert.Equal([(1, 1.0, 3), (4, 4.0, 3)], hits.Select(hit => (hit.Record.Id, hit.Score!.Value, hit.Record.Vector!.Value.Length)));
        Assert.Equal([1, 2, 3, 4], without.Select(hit => hit.Record.Id));
    }

    [Fact]
    public async Task Vectors_are_read_of_what_is_handed_out_only()
    {
        var store = new ChangingStore();
        var hits = await store.Notes.SearchAsync(new float[] { 0, 0, 0 }, int.MaxValue, new() { IncludeVectors = true, Skip = 5, ScoreThreshold = 1 }, Cancel).ToListAsync(Cancel);

        Assert.Equal([1], hits.Select(hit => hit.Record.Id));
        Assert.Equal((5, int.MaxValue), (store.Searches.Single().Skip, store.Searches.Single().K));
        Assert.Equal([1UL], store.Reads.Single().Select(id => id.Number));
    }

    /// <summary>Four records, at the distances 1 to 4; before their vectors are read the second is written again and the third removed.</summary>
    private sealed class ChangingStore : FakeStore
    {
        public List<RecordSearch> Searches { get; } = [];

        public List<IReadOnlyList<RowId>> Reads { get; } = [];

        public IqdbFlatCollection<int, Note> Notes => field ??= new(this, "changing", "notes", options: null);

        public override async Task<IReadOnlyList<Hit>> SearchAsync(RecordSearch search, CancellationToken cancellationToken)
        {
            Searches.Add(search);
            return [.. Enumerable.Range(1, 4).Select(i => new Hit((ulong)i, i, (ulong)i, Metadata.From(("year", 2000L))))];
        }

        public override async Task<IReadOnlyList<RecordRow?>> GetAsync(IReadOnlyList<RowId> ids, bool includeVectors, CancellationToken cancellationToken)
        {
            Reads.Add(ids);
            return [.. ids.Select(id => id.Number switch { 2 => Row(2) with { Sequence = 9 }, 3 => (RecordRow?)null, var other => Row(other) })];
        }

        private static RecordRow Row(ulong id) => new(id, Metadata.From(("year", 2000L)), [new float[] { id, 0, 0 }], Sequence: id);
    }
}
