using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Scan;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Memory;
using IqdbFlat.Grains.Placement;
using IqdbFlat.Grains.Storage;
using IqdbFlat.Grains.Telemetry;
using IqdbFlat.Grains.Tokens;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace IqdbFlat.Grains.Shards;

/// <summary>Owns one slice of an index's rows: loads them from its log, commits writes to it, answers searches from snapshots.</summary>
[ShardPlacement, KeepAlive, Immovable]
internal sealed partial class ShardGrain(
    IRecordStoreFactory stores,
    ShardLogOptions logOptions,
    ScanScheduler scheduler,
    SiloMemory memory,
    SiloTelemetry telemetry,
    TimeProvider time,
    ILocalSiloDetails silo,
    ILogger<ShardGrain> logger)
    : Grain, IShardGrain, IDisposable
{
    /// <summary>Waits for a task to end, well or not; whoever needs its result awaits it again.</summary>
    private const ConfigureAwaitOptions Settled = ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing;

    private readonly CancellationTokenSource _leaving = new();
    private ShardKey _key;
    private IRecordStore _store = null!;
    private Task _opening = Task.CompletedTask;
    private Task _checkpoint = Task.CompletedTask;
    private ShardProgress _progress = new();
    private ShardLog? _log;
    private ShardRows? _rows;
    private ShardCommits? _commits;
    private ShardRoom _room = null!;
    private ShardTelemetry? _told;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = ShardKey.Parse(this.GetPrimaryKeyString());
        _store = stores.Open(StorageNames.Shard(_key.Home, _key.Incarnation, _key.Shard));
        _told = telemetry.Open(_key);
        _room = new(memory, _key.Shard, silo.Name);
        _opening = OpenAsync();
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _pins.Dispose();
        _told?.Dispose();
        await _leaving.CancelAsync();
        _room.Dispose();
        await Task.WhenAll(_opening, _checkpoint).WaitAsync(cancellationToken).ConfigureAwait(Settled);
    }

    public void Dispose()
    {
        _pins.Dispose();
        _told?.Dispose();
        _leaving.Dispose();
        _lists.Dispose();
    }

    public Task CreateShard(IndexSettings settings, ulong indexEpoch, CancellationToken cancellationToken) =>
        CreateAsync(settings, indexEpoch, default, cancellationToken);

    public Task CreateRestoredShard(IndexSettings settings, ulong indexEpoch, BytesColumn tokens, CancellationToken cancellationToken) =>
        CreateAsync(settings, indexEpoch, new ShardAttachment(new Removals(), TokenForm.ReadTable(tokens.Span)).Write(), cancellationToken);

    private async Task CreateAsync(IndexSettings settings, ulong indexEpoch, ReadOnlyMemory<byte> attachment, CancellationToken cancellationToken)
    {
        await _opening.ConfigureAwait(Settled);
        if (_rows is not null)
            return;
        var shard = new ShardSettings(_key.Incarnation, _key.Shard, settings.Shards, settings.Dimension, settings.Metric, settings.Parts) { WithoutCodes = settings.WithoutCodes };
        await ShardLog.CreateAsync(_store, shard, time: time, logger: logger, attachment: attachment, cancellation: cancellationToken);
        await (_opening = OpenAsync());
        await FenceEpoch(indexEpoch, cancellationToken);
    }

    public async Task FenceEpoch(ulong indexEpoch, CancellationToken cancellationToken)
    {
        await ReadyAsync(indexEpoch);
        await _commits!.FenceAsync(indexEpoch);
    }

    public async Task<int[]> CheckRows(ShardCheck request, CancellationToken cancellationToken)
    {
        ShardRequestCheck.NotNull(request);
        return (await ReadyAsync(request.IndexEpoch)).Check(request.Mode, request.Ids.Span);
    }

    public async Task<ShardCheckReply> CheckWrite(ShardCheck request, CancellationToken cancellationToken)
    {
        ShardRequestCheck.NotNull(request);
        var rows = await ReadyAsync(request.IndexEpoch);
        var kept = rows.AnswerOf(request.Token);
        return new() { Position = Position, Refused = kept is null ? rows.Check(request.Mode, request.Ids.Span) : [], Kept = kept, Floor = rows.Floor };
    }

    public async Task<ShardWriteReply> WriteRows(ShardWrite request, CancellationToken cancellationToken)
    {
        ShardRequestCheck.NotNull(request);
        var rows = await ReadyAsync(request.IndexEpoch);
        ShardRequestCheck.Write(request, rows.Snapshot.Dimension);
        return await _commits!.WriteAsync(request);
    }

    public async Task<ShardSearchReply> SearchShard(ShardSearch request, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        ShardRequestCheck.NotNull(request);
        var rows = await ReadyAsync(request.IndexEpoch);
        ShardRequestCheck.Search(request, rows.Snapshot);
        await FreshAsync(request.Seen, request.Freshness, cancellationToken);
        var (position, snapshot) = (Position, rows.Snapshot);
        var scan = await ShardScan.RunAsync(scheduler, snapshot, request, cancellationToken);
        var elapsed = time.GetElapsedTime(started);
        _told!.Searched(scan, elapsed);
        return new()
        {
            Answers = scan.Answers,
            Report = new()
            {
                Shard = _key.Shard,
                Silo = silo.Name,
                Position = position,
                Rows = scan.Rows,
                Filtered = scan.Filtered,
                Scanned = scan.Scanned,
                Pruned = scan.Pruned,
                BytesRead = scan.BytesRead,
                Elapsed = elapsed,
                Plans = scan.Plans,
                FilterTime = scan.FilterTime,
                ScanTime = scan.ScanTime,
                MergeTime = scan.MergeTime,
                ThreadBandwidth = scheduler.ThreadBandwidth,
            },
        };
    }

    public Task<ShardSearchReply> SearchWithin(ShardSearch request, CancellationToken cancellationToken) => SearchShard(request, cancellationToken);

    public async Task<StoredRowBlock> ReadRows(ShardRead request, CancellationToken cancellationToken)
    {
        ShardRequestCheck.NotNull(request);
        ShardRequestCheck.Read(request);
        var rows = await ReadyAsync(request.IndexEpoch);
        await FreshAsync(request.Seen, Freshness.Session, cancellationToken);
        return ShardReads.Read(rows.Snapshot, request);
    }

    public async Task<ShardStats> ReportShard(ulong indexEpoch, CancellationToken cancellationToken)
    {
        var rows = await ReadyAsync(indexEpoch);
        return new()
        {
            Shard = _key.Shard,
            Silo = silo.Name,
            Address = silo.SiloAddress.Endpoint.ToString(),
            Vectors = rows.Snapshot.Count,
            MemoryBytes = rows.MemoryBytes,
            DiskBytes = _log!.StoredBytes,
            Position = Position,
        };
    }

    public async Task MoveShard(string silo, CancellationToken cancellationToken)
    {
        var target = ShardRequestCheck.Silo(silo);
        await GrainFactory.GetGrain<ISiloGrain>(target.ToParsableString()).CheckRoom(_key.Shard, _room.Needs, cancellationToken);
        RequestContext.Set(IPlacementDirector.PlacementHintKey, target);
        MigrateOnIdle();
    }

    public async Task EraseShard(CancellationToken cancellationToken)
    {
        // The rows go first: from here on this activation answers nobody.
        _rows = null;
        _told?.Dispose();
        if (_commits is not null)
            await _commits.CloseAsync(FlatIndexException.IndexNotFound(_key.Home)).ConfigureAwait(Settled);
        _pins.Dispose();
        await _leaving.CancelAsync();
        await Task.WhenAll(_opening, _checkpoint).ConfigureAwait(Settled);
        (_rows, _opening) = (null, Task.FromException(FlatIndexException.IndexNotFound(_key.Home)));
        await ShardLog.EraseAsync(_store, Guid.NewGuid(), time: time, logger: logger, cancellation: cancellationToken);
        DeactivateOnIdle();
    }

    // Of the rows that readers see: what is told with them claims no more than they hold.
    private ShardPosition Position => new(_key.Shard, _commits!.Applied.Epoch, _commits.Applied.Position);

    private void OnCommitted(ShardRows rows, bool isLast)
    {
        Grew(rows);
        if (isLast && _log!.IsCheckpointDue && _checkpoint.IsCompleted && _verifying == 0)
            _checkpoint = CheckpointAsync(rows);
    }

    private void OnEnded(bool isFenced)
    {
        if (!isFenced)
        {
            _rows = null;
            _opening = Task.FromException(FlatIndexException.Unavailable($"shard {_key.Shard} must read its log again"));
        }

        DeactivateOnIdle();
    }

    private void Grew(ShardRows rows)
    {
        if (_leaving.IsCancellationRequested)
            return;
        long bytes = rows.MemoryBytes;
        _told!.Holds(rows.Snapshot.Count, bytes, _log!.StoredBytes, _log.End);
        _room.Hold(bytes);
    }

    private async Task CheckpointAsync(ShardRows rows)
    {
        try
        {
            await _log!.CheckpointAsync(new LiveRows(rows.Snapshot), rows.Attachment, _commits!.Applied, _leaving.Token);
        }
        catch (Exception e)
        {
            // Nothing is lost: the log still holds every row, and the next commit tries again.
            LogCheckpointFailed(e, _key);
            if (_log!.IsFenced)
                DeactivateOnIdle();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The checkpoint of shard {Shard} failed; its log still holds every row.")]
    private partial void LogCheckpointFailed(Exception exception, ShardKey shard);
}
