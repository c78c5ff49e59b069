using IqdbFlat.VectorData.Tests.Battery;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData.Tests.Recall;

/// <summary>Whatever the exact search does, the audited one is as it would be without.</summary>
public sealed class RecallAuditTests
{
    private static readonly TimeSpan LongTime = TimeSpan.FromHours(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_exact_search_that_takes_too_long_is_told_and_does_not_keep_the_caller()
    {
        Assert.Equal(["Timeout"], await ErrorsAsync("patient", (_, _, cancel) => Never(cancel), TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public async Task An_exact_search_that_never_ends_and_looks_at_no_token_is_told_and_does_not_keep_the_caller()
    {
        using var release = new ManualResetEventSlim();
        try
        {
            Assert.Equal(["Timeout"], await ErrorsAsync("deaf", (_, _, _) => Blocked(), TimeSpan.FromMilliseconds(1)));
        }
        finally
        {
            release.Set();
        }

        IAsyncEnumerable<(int, double?)> Blocked()
        {
            release.Wait();
            return AsyncEnumerable.Empty<(int, double?)>();
        }
    }

    [Fact]
    public async Task An_exact_search_that_throws_anything_is_told_and_the_caller_has_his_answer()
    {
        Assert.Equal(["NotSupported"], await ErrorsAsync("failing", (_, _, _) => throw new NotSupportedException(), LongTime));
        Assert.Equal(["Timeout"], await ErrorsAsync("cancelling", (_, _, _) => throw new OperationCanceledException(), LongTime));
        Assert.Equal(["InvalidOperation"], await ErrorsAsync("keyless", (_, _, _) => throw new NotSupportedException(), LongTime, note => throw new InvalidOperationException()));
    }

    [Fact]
    public async Task A_search_that_is_cancelled_behind_its_last_result_ends_as_it_would_without_an_audit()
    {
        using var source = new CancellationTokenSource();
        using var told = new Told("cancelled");
        using var audited = Audited("cancelled", (_, _, cancel) => Never(cancel), note => note.Id, LongTime, onLast: source.Cancel);

        Assert.Equal([1, 2], await audited.SearchAsync(new float[3], 2, cancellationToken: source.Token).Select(hit => hit.Record.Id).ToListAsync(Cancel));
        Assert.Equal(["Timeout"], told.Errors);
    }

    [Fact]
    public async Task More_than_the_k_nearest_are_asked_for_only_where_a_record_that_was_found_could_tie()
    {
        using var told = new Told("ties");
        // Found are 1 and 2, as near as the k-th or not, by the exact collection.
        Assert.Equal([2], await WantedAsync((1, 0.0), (2, 1.0), (3, 1.0), (4, 1.0), (5, 1.0)));
        Assert.Equal([2, 4, 8], await WantedAsync((1, 0.0), (3, 1.0), (4, 1.0), (5, 1.0), (2, 1.0), (6, 2.0)));
        Assert.Equal([2, 4], await WantedAsync((1, 0.0), (3, 1.0), (4, 2.0), (2, 3.0), (5, 4.0)));
        Assert.Equal([2], await WantedAsync((1, 0.0)));
        Assert.Equal([2], await WantedAsync());
        Assert.Equal([1, 1, 0.5, 1], told.Recalls);
        Assert.Equal((5, 0), (told.Searches, told.Failures));

        async Task<List<int>> WantedAsync(params (int Id, double? Score)[] truth)
        {
            var exact = new FakeCollection((wanted, _, _) => truth.Take(wanted).ToAsyncEnumerable());
            using var audited = Audited("ties", exact, note => note.Id, LongTime);
            await audited.SearchAsync(new float[3], 2, cancellationToken: Cancel).CountAsync(Cancel);
            return exact.Wanted;
        }
    }

    [Fact]
    public async Task More_ties_than_an_answer_may_have_are_told()
    {
        using var told = new Told("many");
        var exact = new FakeCollection((wanted, skip, _) => Enumerable.Range(100, wanted).Select(id => (id, (double?)1)).ToAsyncEnumerable());
        using var audited = Audited("many", exact, note => note.Id, LongTime);

        Assert.Equal(2, await audited.SearchAsync(new float[3], 2, new() { Skip = 10 }, Cancel).CountAsync(Cancel));
        Assert.Equal(["TooManyTies"], told.Errors);
        Assert.Equal(65_526, exact.Wanted[^1]);
    }

    [Fact]
    public async Task A_search_past_the_answers_cap_is_told()
    {
        using var database = new IqdbFlatDatabase();
        var exact = new IqdbFlatCollection<int, Note>(database, "exact");
        await exact.EnsureCollectionExistsAsync(Cancel);
        await exact.UpsertAsync([.. Enumerable.Range(0, 65_537).Select(i => new Note { Id = i, Vector = new float[] { 1, 2, 3 } })], Cancel);
        using var told = new Told("long");
        using var audited = Audited("long", exact, note => note.Id, LongTime);

        Assert.Equal(2, await audited.SearchAsync(new float[3], int.MaxValue, cancellationToken: Cancel).CountAsync(Cancel));
        Assert.Equal(["ResourceLimitExceeded"], told.Errors);
    }

    [Fact]
    public void The_time_for_an_audit_is_above_nothing()
    {
        using var database = new IqdbFlatDatabase();
        var notes = new IqdbFlatCollection<int, Note>(database, "notes");

        Assert.Throws<ArgumentOutOfRangeException>(() => new RecallAuditedCollection<int, Note>(notes, notes, note => note.Id, 1) { AuditTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RecallAuditedCollection<int, Note>(notes, notes, note => note.Id, 1) { AuditTimeout = TimeSpan.MaxValue });
    }

    /// <summary>What is told of the audit of a search whose exact one answers so; the caller has his two results.</summary>
    private static async Task<List<string>> ErrorsAsync(string name, Func<int, int, CancellationToken, IAsyncEnumerable<(int, double?)>> exact, TimeSpan timeout, Func<Note, int>? key = null)
    {
        using var told = new Told(name);
        using var audited = Audited(name, exact, key ?? (note => note.Id), timeout);

        Assert.Equal([1, 2], await audited.SearchAsync(new float[3], 2, cancellationToken: Cancel).Select(hit => hit.Record.Id).ToListAsync(Cancel));
        Assert.Equal((0, 1), (told.Searches, told.Failures));
        return told.Errors;
    }

    private static RecallAuditedCollection<int, Note> Audited(
        string name, Func<int, int, CancellationToken, IAsyncEnumerable<(int, double?)>> exact, Func<Note, int> key, TimeSpan timeout, Action? onLast = null) =>
        Audited(name, new FakeCollection(exact), key, timeout, onLast);

    private static RecallAuditedCollection<int, Note> Audited(string name, VectorStoreCollection<int, Note> exact, Func<Note, int> key, TimeSpan timeout, Action? onLast = null) =>
        new(new FakeCollection((_, _, _) => TwoResults(onLast)) { Named = name }, exact, key, share: 1) { AuditTimeout = timeout };

    private static async IAsyncEnumerable<(int, double?)> TwoResults(Action? onLast)
    {
        yield return (1, 1);
        await Task.Yield();
        yield return (2, 2);
        onLast?.Invoke();
    }

    private static async IAsyncEnumerable<(int, double?)> Never([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.Delay(Timeout.Infinite, cancel);
        yield break;
    }
}
