using IqdbFlat.Abstractions;
using IqdbFlat.Client.Backup;
using IqdbFlat.Client.Batches;
using IqdbFlat.Client.Cluster;
using IqdbFlat.Client.Ingest;
using IqdbFlat.Client.Rows;
using IqdbFlat.Client.Search;
using IqdbFlat.Client.Telemetry;
using IqdbFlat.Engine;

namespace IqdbFlat.Client;

/// <summary>An open index: its writes, reads and searches share the positions that the handle has seen.</summary>
internal sealed class FlatIndexHandle : IFlatIndex
{
    private readonly ClusterCaller _caller;
    private readonly IqdbFlatClientOptions _options;
    private readonly TimeProvider _time;
    private readonly RowWriter _writer;
    private readonly RowReader _reader;
    private readonly RowLister _lister;
    private readonly RankedSearcher _searcher;

    public FlatIndexHandle(ClusterCaller caller, IndexDescription description, IqdbFlatClientOptions options, TimeProvider time)
    {
        var seen = new SeenPositions();
        var limits = new MessageLimits(options.BatchRows, options.BatchBytes);
        Description = description;
        _caller = caller;
        _options = options;
        _time = time;
        _writer = new(caller, description, seen, limits);
        _reader = new(caller, description, seen, limits);
        _lister = new(caller, description, seen);
        _searcher = new(new(caller, description, seen, limits));
    }

    public IndexDescription Description { get; }

    public string Name => Description.Name;

    public int Dimension => Description.Settings.Dimension;

    public Metric Metric => Description.Settings.Metric;

    public VectorParts? Parts => Description.Settings.Parts;

    public Task InsertAsync(Row row, WriteOptions? options, CancellationToken cancellationToken) =>
        Measure("insert", () => _writer.WriteOne(WriteMode.Insert, row, Given(options), Start(options?.Deadline), cancellationToken));

    public Task InsertBatchAsync(IReadOnlyList<Row> rows, WriteOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return Measure("insert_batch", () => _writer.WriteBatch(WriteMode.Insert, rows, Given(options), Start(options?.Deadline), cancellationToken));
    }

    public Task UpsertAsync(Row row, WriteOptions? options, CancellationToken cancellationToken) =>
        Measure("upsert", () => _writer.WriteOne(WriteMode.Upsert, row, Given(options), Start(options?.Deadline), cancellationToken));

    public Task UpsertBatchAsync(IReadOnlyList<Row> rows, WriteOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return Measure("upsert_batch", () => _writer.WriteBatch(WriteMode.Upsert, rows, Given(options), Start(options?.Deadline), cancellationToken));
    }

    public Task UpdateMetadataAsync(RowId id, Metadata? metadata, WriteOptions? options, CancellationToken cancellationToken) =>
        Measure("update_metadata", () => _writer.UpdateMetadata(id, metadata, Given(options), Start(options?.Deadline), cancellationToken));

    public Task DeleteAsync(RowId id, WriteOptions? options, CancellationToken cancellationToken) =>
        Measure("delete", () => _writer.Delete(id, Given(options), Start(options?.Deadline), cancellationToken));

    public Task<int> DeleteBatchAsync(IReadOnlyList<RowId> ids, WriteOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return Measure("delete_batch", () => _writer.DeleteBatch(ids, Given(options), Start(options?.Deadline), cancellationToken));
    }

    public Task<StoredRow?> GetAsync(RowId id, CancellationToken cancellationToken) => Measure("get", () => _reader.Get(id, Start(null), cancellationToken));

    public Task<IReadOnlyList<StoredRow?>> GetBatchAsync(IReadOnlyList<RowId> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return Measure("get_batch", () => _reader.GetBatch(ids, Start(null), cancellationToken));
    }

    public Task<bool> ExistsAsync(RowId id, CancellationToken cancellationToken) => Measure("exists", () => _reader.Exists(id, Start(null), cancellationToken));

    public Task ClearAsync(WriteOptions? options, CancellationToken cancellationToken) => Measure("clear", () => _writer.Clear(Given(options), Start(options?.Deadline), cancellationToken));

    public async Task<ClusterSearchResult> SearchAsync(ReadOnlyMemory<float> query, int k, ClusterSearchOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            options ??= ClusterSearchOptions.Default;
            var result = await Measure("search", () => _searcher.Search([query], k, options, Start(options.Deadline), cancellationToken));
            return new() { Hits = result.Answers[0], Shards = result.Shards, Missing = result.Missing };
        }
        catch (FlatIndexException error)
        {
            throw BatchPlaces.OfSingle(error);
        }
    }

    public Task<ClusterSearchBatchResult> SearchBatchAsync(
        IReadOnlyList<ReadOnlyMemory<float>> queries, int k, ClusterSearchOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queries);
        options ??= ClusterSearchOptions.Default;
        return Measure("search_batch", () => _searcher.Search(queries, k, options, Start(options.Deadline), cancellationToken));
    }

    public async Task<IReadOnlyList<HitGroup>> SearchGroupsAsync(
        ReadOnlyMemory<float> query, string field, int groups, int perGroup, ClusterSearchOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(field);
        options ??= ClusterSearchOptions.Default;
        try
        {
            return await Measure("search_groups", () => _searcher.Groups(query, field, groups, perGroup, options, Start(options.Deadline), cancellationToken));
        }
        catch (FlatIndexException error)
        {
            throw BatchPlaces.OfSingle(error);
        }
    }

    public Task<IReadOnlyList<FusedHit>> SearchFusedAsync(
        IReadOnlyList<FusedQuery> queries, int k, int depth, ClusterSearchOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queries);
        options ??= ClusterSearchOptions.Default;
        return Measure("search_fused", () => _searcher.Fused(queries, k, depth, options, Start(options.Deadline), cancellationToken));
    }

    public Task<long> CountMatchingAsync(Filter? filter, CancellationToken cancellationToken) =>
        Measure("count_matching", () => _lister.Count(filter, Start(null), cancellationToken));

    public Task<long> DeleteMatchingAsync(Filter filter, WriteOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return Measure("delete_matching", () => _writer.DeleteMatching(filter, Given(options), Start(options?.Deadline), cancellationToken));
    }

    public Task<RowPage> ListAsync(ListOptions? options, CancellationToken cancellationToken) =>
        Measure("list", () => _lister.Page(options ?? ListOptions.Default, Start(null), cancellationToken));

    public IAsyncEnumerable<StoredRow> ScrollAsync(ListOptions? options, CancellationToken cancellationToken) =>
        RowLister.Scroll(options ?? ListOptions.Default, ListAsync, cancellationToken);

    public async Task<long> CountAsync(CancellationToken cancellationToken) => (await StatsAsync(cancellationToken)).Vectors;

    public Task<ClusterIndexStats> StatsAsync(CancellationToken cancellationToken) => Measure("stats", () => ReportAsync(cancellationToken));

    private async Task<ClusterIndexStats> ReportAsync(CancellationToken cancellationToken)
    {
        var report = await _caller.Read(
            Name, Start(null), (coordinator, remaining, cancel) => coordinator.ReportIndex(Name, remaining, cancel), cancellationToken);
        CheckIncarnation(report.Description);
        return new()
        {
            Vectors = report.Shards.Sum(shard => shard.Vectors),
            MemoryBytes = report.Shards.Sum(shard => shard.MemoryBytes),
            DiskBytes = report.Shards.Sum(shard => shard.DiskBytes),
            Shards = report.Shards,
        };
    }

    // Nothing is left to do: a write is acknowledged when it is durable. The call still answers for an index that is gone.
    public async Task FlushAsync(CancellationToken cancellationToken) => CheckIncarnation(
        await _caller.Ask(Name, Start(null), (grains, cancel) => grains.Index(Name).DescribeIndex(cancel), cancellationToken));

    public Task<IngestProgress> IngestAsync(
        IAsyncEnumerable<Row> rows, IngestOptions? options, IProgress<IngestProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        options ??= IngestOptions.Default;
        if (options.FirstOrdinal < 0)
            throw FlatIndexException.InvalidConfig($"the first ordinal of a stream is at least 0, found {options.FirstOrdinal}");
        if (options.BatchRows is < 1)
            throw FlatIndexException.InvalidConfig($"a batch has at least 1 row, found {options.BatchRows}");
        if (options.TokenClient is { } client)
            new WriteToken(client, 0).Check();
        var batchDeadline = Start(options.BatchDeadline).Limit;
        return new IngestRun(_writer, options, batchDeadline, progress, _time).Run(rows, cancellationToken);
    }

    public IAsyncEnumerable<StoredRow> ExportAsync(ulong afterSequence, CancellationToken cancellationToken) =>
        _reader.Export(afterSequence, _options.Deadline, cancellationToken);

    public Task<BackupReport> BackupAsync(
        Stream destination, BackupOptions? options, IProgress<BackupProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return new BackupRun(_caller, Description, progress, _time).RunAsync(destination, (options ?? BackupOptions.Default).Lease, cancellationToken);
    }

    // Checked before anything is sent.
    private static WriteToken? Given(WriteOptions? options)
    {
        options?.Token?.Check();
        return options?.Token;
    }

    private Task Measure(string operation, Func<Task> call) => ClientTelemetry.MeasureAsync(operation, Name, call);

    private Task<T> Measure<T>(string operation, Func<Task<T>> call) => ClientTelemetry.MeasureAsync(operation, Name, call);

    private CallDeadline Start(TimeSpan? deadline) => _caller.Start(deadline ?? _options.Deadline);

    private void CheckIncarnation(IndexDescription found)
    {
        if (found.Incarnation != Description.Incarnation)
            throw FlatIndexException.IndexNotFound(Name);
    }
}
