using IqdbFlat.Engine;
using IqdbFlat.VectorData.Backends;
using IqdbFlat.VectorData.Keys;
using IqdbFlat.VectorData.Tests.Battery;
using IqdbFlat.VectorData.Tests.Modes;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData.Tests.Writes;

/// <summary>What becomes of drawn keys when a write fails, or finds them taken.</summary>
public sealed class DrawnKeyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_kept_where_the_write_may_have_been_applied()
    {
        var store = new ScriptedStore(
            _ => throw FlatIndexException.Timeout("the answer was lost", mayHaveBeenApplied: true),
            _ => throw new OperationCanceledException(),
            rows => new WriteOutcome(rows.Count, []));
        var draft = new Draft();

        await Assert.ThrowsAsync<VectorStoreException>(() => store.Drafts.UpsertAsync(draft, Cancel));
        var key = draft.Id;
        await Assert.ThrowsAsync<OperationCanceledException>(() => store.Drafts.UpsertAsync(draft, Cancel));
        await store.Drafts.UpsertAsync(draft, Cancel);

        Assert.NotEqual(Guid.Empty, key);
        Assert.Equal(key, draft.Id);
        // The first time it is inserted; again it replaces itself, so that it is there once.
        Assert.Equal([true, false, false], store.Calls.Select(rows => rows.Single().MustBeNew));
        Assert.Single(store.Calls.Select(rows => rows.Single().Row.Id).Distinct());
    }

    [Fact]
    public async Task A_key_is_forgotten_where_the_write_was_not_applied()
    {
        var store = new ScriptedStore(
            _ => throw FlatIndexException.Unavailable("not now"),
            _ => throw new FlatIndexException(FlatIndexException.Unavailable("not now").Error with { Item = 1, NotApplied = [1, 2] }));
        Draft[] drafts = [new(), new() { Id = Guid.NewGuid() }, new()];
        var given = drafts[1].Id;

        await Assert.ThrowsAsync<VectorStoreException>(() => store.Drafts.UpsertAsync(drafts, Cancel));
        Assert.Equal([Guid.Empty, given, Guid.Empty], drafts.Select(draft => draft.Id));
        await Assert.ThrowsAsync<VectorStoreException>(() => store.Drafts.UpsertAsync(drafts, Cancel));

        Assert.NotEqual(Guid.Empty, drafts[0].Id);
        Assert.Equal([given, Guid.Empty], drafts[1..].Select(draft => draft.Id));
    }

    [Fact]
    public async Task A_key_that_is_taken_is_drawn_anew_and_what_is_in_is_not_written_again()
    {
        var store = new ScriptedStore(
            _ => new WriteOutcome(1, [1]), _ => new WriteOutcome(0, [0, 1]), rows => new WriteOutcome(rows.Count, []));
        Draft[] drafts = [new(), new(), new()];

        await store.Drafts.UpsertAsync(drafts, Cancel);

        var ids = store.Calls.Select(rows => rows.Select(row => row.Row.Id).ToArray()).ToArray();
        Assert.Equal([3, 2, 2], ids.Select(call => call.Length));
        // Of the second call the first row has a new key, of the third both.
        Assert.Equal(ids[0][2], ids[1][1]);
        Assert.Equal(6, ids.SelectMany(call => call).Distinct().Count());
        Assert.Equal([ids[0][0], ids[2][0], ids[2][1]], drafts.Select(draft => KeyCodec.ToId(draft.Id, typeof(Guid))));
        Assert.All(store.Calls, rows => Assert.All(rows, row => Assert.True(row.MustBeNew)));
    }

    /// <summary>Answers writes as it is told to.</summary>
    private sealed class ScriptedStore(params Func<IReadOnlyList<RecordWrite>, WriteOutcome>[] answers) : FakeStore
    {
        public List<IReadOnlyList<RecordWrite>> Calls { get; } = [];

        public IqdbFlatCollection<Guid, Draft> Drafts => field ??= new(this, "scripted", "drafts", options: null);

        public override async Task<WriteOutcome> UpsertAsync(IReadOnlyList<RecordWrite> rows, CancellationToken cancellationToken)
        {
            Calls.Add(rows);
            return answers[Calls.Count - 1](rows);
        }
    }
}
