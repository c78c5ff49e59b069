using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Tests.Fakes;

/// <summary>A coordinator over an index in this process. It keeps every request, and runs a script before each call: to fail, to wait, to race.</summary>
internal sealed class FakeCoordinator(FakeCluster cluster) : ICoordinatorGrain
{
    private ulong _position;

    public FlatIndex Rows { get; } = new(cluster.Description.Settings.Dimension, cluster.Description.Settings.Metric);

    public List<object> Requests { get; } = [];

    /// <summary>Runs before the n-th call is served; throws what the call shall throw.</summary>
    public Func<int, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Changes the answer of a write.</summary>
    public Func<WriteRequest, WriteReply, WriteReply> AfterWrite { get; set; } = (_, reply) => reply;

    public IEnumerable<T> Sent<T>() => Requests.OfType<T>();

    public async Task<SearchReply> SearchIndex(SearchRequest request, CancellationToken cancellationToken)
    {
        await Enter(request, request.Incarnation, cancellationToken);
        int dimension = cluster.Description.Settings.Dimension;
        var queries = Enumerable.Range(0, request.QueryCount).Select(i => request.Queries.Values.Slice(i * dimension, dimension)).ToArray();
        var options = new SearchOptions { Filter = request.Filter.Filter, Metric = request.Metric, IncludeMetadata = request.IncludeMetadata };
        var answers = Rows.SearchBatch(queries, request.K, options, cancellationToken);
        var report = new ShardReport
        {
            Shard = 1,
            Silo = "fake",
            Position = new(1, 1, _position),
            Rows = Rows.Count * request.QueryCount,
            Filtered = 0,
            Scanned = Rows.Count * request.QueryCount,
            BytesRead = 8,
            Elapsed = TimeSpan.FromMilliseconds(1),
            Plans = SearchPlans.Scan,
            Pruned = 5,
            FilterTime = TimeSpan.FromMicroseconds(1),
            ScanTime = TimeSpan.FromMicroseconds(2),
            MergeTime = TimeSpan.FromMicroseconds(3),
        };
        return new() { Answers = [.. answers.Select(a => HitBlock.From(a.Hits, request.IncludeMetadata))], Shards = [report] };
    }

    public async Task<WriteReply> WriteRows(WriteRequest request, CancellationToken cancellationToken)
    {
        await Enter(request, request.Incarnation, cancellationToken);
        int before = Rows.Count;
        FlatIndexException? error = null;
        try
        {
            Apply(request);
        }
        catch (FlatIndexException problem)
        {
            error = problem;
        }

        _position++;
        return AfterWrite(request, new()
        {
            Applied = Math.Abs(Rows.Count - before),
            Positions = [new(1, 1, _position)],
            Error = error is null ? null : WireError.From(error.Error),
        });
    }

    public async Task<StoredRowBlock> GetRows(GetRequest request, CancellationToken cancellationToken)
    {
        await Enter(request, request.Incarnation, cancellationToken);
        return Block(request.Ids.Values.Select(id => Rows.Get(id)).OfType<StoredRow>().DistinctBy(row => row.Id));
    }

    public async Task<Page> ReadPage(PageRequest request, CancellationToken cancellationToken)
    {
        await Enter(request, request.Incarnation, cancellationToken);
        var snapshot = Rows.Snapshot;
        int[] rows = snapshot.RowsAfter(request.AfterSequence, request.Limit);
        return new() { Rows = Block(rows.Select(snapshot.Read)), More = rows.Length == request.Limit };
    }

    public Task<SearchReply> SearchWithin(SearchRequest request, CancellationToken cancellationToken) => SearchIndex(request, cancellationToken);

    public async Task<Page> ListRows(ListRequest request, CancellationToken cancellationToken)
    {
        await Enter(request, request.Incarnation, cancellationToken);
        var snapshot = Rows.Snapshot;
        int[] rows = snapshot.RowsAfter(request.AfterSequence, request.Limit);
        return new() { Rows = Block(rows.Select(snapshot.Read)), More = rows.Length == request.Limit };
    }

    public async Task<RowCount> CountRows(CountRequest request, CancellationToken cancellationToken)
    {
        await Enter(request, request.Incarnation, cancellationToken);
        return new(Rows.Count);
    }

    public async Task<IndexReport> ReportIndex(string index, TimeSpan deadline, CancellationToken cancellationToken)
    {
        await Enter(index, null, cancellationToken);
        ShardStats Stats(int shard, long rows) => new() { Shard = shard, Silo = "fake", Vectors = rows, MemoryBytes = 10, DiskBytes = 20, Position = new(shard, 1, 1) };
        return new() { Description = cluster.Description, Shards = [Stats(0, 0), Stats(1, Rows.Count)] };
    }

    private async Task Enter(object request, string? incarnation, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        await Before(Requests.Count, cancellationToken);
        if (incarnation is not null && incarnation != cluster.Description.Incarnation)
            throw FlatIndexException.IndexNotFound(cluster.Description.Name);
    }

    private void Apply(WriteRequest request)
    {
        var block = request.Rows;
        int dimension = Rows.Dimension;
        bool withVectors = block.Vectors.Length > 0;
        Row[] rows = [.. Enumerable.Range(0, block.Count)
            .Select(i => new Row(block.Ids.Values[i], withVectors ? block.VectorAt(i, dimension) : default, block.MetadataAt(i)))];
        switch (request.Mode)
        {
            case WriteMode.Insert:
                Rows.InsertBatch(rows);
                break;
            case WriteMode.Upsert:
                Rows.UpsertBatch(rows);
                break;
            case WriteMode.UpdateMetadata:
                Rows.UpdateMetadata(rows[0].Id, rows[0].Metadata);
                break;
            case WriteMode.Delete:
                Rows.Delete(rows[0].Id);
                break;
            case WriteMode.DeleteIfPresent:
                Rows.DeleteBatch([.. rows.Select(row => row.Id)]);
                break;
            default:
                Rows.Clear();
                break;
        }
    }

    private static StoredRowBlock Block(IEnumerable<StoredRow> found)
    {
        StoredRow[] rows = [.. found.OrderBy(row => row.Sequence)];
        return new()
        {
            Rows = new()
            {
                Ids = rows.Select(row => row.Id).ToArray(),
                Vectors = rows.SelectMany(row => row.Vector.ToArray()).ToArray(),
                Metadata = rows.Select(row => (Metadata?)row.Metadata).ToArray(),
            },
            Sequences = rows.Select(row => row.Sequence).ToArray(),
        };
    }
}
