using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Telemetry;
using Orleans.Concurrency;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>Checks a request once, fans it out to the index's shards, merges, and explains.</summary>
[StatelessWorker, Reentrant]
internal sealed class CoordinatorGrain : Grain, ICoordinatorGrain
{
    private readonly TimeProvider _time;
    private readonly DescriptionCache _descriptions;
    private readonly SearchFanOut _search;
    private readonly WriteFanOut _write;
    private readonly RowReads _reads;
    private readonly RowLists _lists;
    private readonly IndexReports _reports;

    private readonly SlowSearches _slow;

    public CoordinatorGrain(IGrainFactory grains, SlowSearches slow, TimeProvider time)
    {
        _slow = slow;
        var retry = new Retry(time);
        _time = time;
        _descriptions = new((index, cancellationToken) => retry.ReadAsync(
            () => grains.GetGrain<IIndexGrain>(index).DescribeIndex(cancellationToken), shard: null, cancellationToken));
        _search = new(grains, retry);
        _write = new(grains, retry);
        _reads = new(grains, retry);
        _lists = new(grains, retry);
        _reports = new(grains, retry);
    }

    public async Task<SearchReply> SearchIndex(SearchRequest request, CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        try
        {
            var reply = await RunAsync(request?.Index, request?.Incarnation, request?.Deadline, "the search", false, _search.RunAsync, request, cancellationToken);
            _slow.Look(request!, reply, null, _time.GetElapsedTime(started));
            return reply;
        }
        catch (FlatIndexException error) when (request?.Index is not null)
        {
            _slow.Look(request, null, error.Kind.ToString(), _time.GetElapsedTime(started));
            throw;
        }
    }

    public Task<SearchReply> SearchWithin(SearchRequest request, CancellationToken cancellationToken) => SearchIndex(request, cancellationToken);

    public Task<WriteReply> WriteRows(WriteRequest request, CancellationToken cancellationToken) =>
        RunAsync(request?.Index, request?.Incarnation, request?.Deadline, "the write", true, _write.RunAsync, request, cancellationToken);

    public Task<StoredRowBlock> GetRows(GetRequest request, CancellationToken cancellationToken) =>
        RunAsync(request?.Index, request?.Incarnation, request?.Deadline, "the look-up", false, _reads.GetAsync, request, cancellationToken);

    public Task<Page> ReadPage(PageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request?.Index, request?.Incarnation, request?.Deadline, "the page", false, _reads.PageAsync, request, cancellationToken);

    public Task<Page> ListRows(ListRequest request, CancellationToken cancellationToken) =>
        RunAsync(request?.Index, request?.Incarnation, request?.Deadline, "the list", false, _lists.ListAsync, request, cancellationToken);

    public Task<RowCount> CountRows(CountRequest request, CancellationToken cancellationToken) =>
        RunAsync(request?.Index, request?.Incarnation, request?.Deadline, "the count", false, _lists.CountAsync, request, cancellationToken);

    public Task<IndexReport> ReportIndex(string index, TimeSpan deadline, CancellationToken cancellationToken) =>
        RunAsync(index, null, deadline, "the report", false, (description, _, token) => _reports.RunAsync(description, token), index, cancellationToken);

    private async Task<TReply> RunAsync<TRequest, TReply>(
        string? index,
        string? incarnation,
        TimeSpan? length,
        string what,
        bool writes,
        Func<IndexDescription, TRequest, CancellationToken, Task<TReply>> run,
        TRequest? request,
        CancellationToken cancellationToken)
    {
        // What a client of another make sends may lack anything.
        if (request is null || index is null || length is null)
            throw FlatIndexException.InvalidConfig($"{what} names an index, found none");
        IndexName.Check(index);
        using var deadline = new RequestDeadline(length.Value, _time, cancellationToken);
        try
        {
            return await _descriptions.RunAsync(
                index, incarnation, description => run(description, request, deadline.Token), deadline.Token);
        }
        catch (OperationCanceledException e) when (deadline.Token.IsCancellationRequested)
        {
            throw deadline.Stopped(e, what, writes);
        }
        catch (FlatIndexException e) when (Retry.IsTransient(e) && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (FlatIndexException e) when (e.Error.Index is null)
        {
            throw new FlatIndexException(e.Error with { Index = index }, e);
        }
    }
}
