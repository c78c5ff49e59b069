using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using Microsoft.Extensions.Logging;

namespace IqdbFlat.Grains.Shards;

internal sealed partial class ShardGrain
{
    /// <summary>How long a request waits for the shard to load before it is told Loading: enough for a small shard.</summary>
    private static readonly TimeSpan LoadingPatience = TimeSpan.FromSeconds(1);

    private async Task OpenAsync()
    {
        var recovery = new ShardRecovery(_room);
        _progress = new();
        _told!.Loads(_progress);

        // Off the grain's turn: decoding a large shard takes seconds, and requests must be answered Loading meanwhile.
        try
        {
            _log = await Task.Run(() => ShardLog.OpenAsync(
                _store, Guid.NewGuid(), recovery, logOptions, time, progress: _progress, logger: logger, cancellation: _leaving.Token));
        }
        catch
        {
            _room.Leave();
            throw;
        }

        _leaving.Token.ThrowIfCancellationRequested();
        var rows = recovery.Finish();
        _commits = new(_key, rows, _log, memory) { Committed = isLast => OnCommitted(rows, isLast), Ended = OnEnded };
        _rows = rows;
        Grew(rows);
        LogOpened(_key, rows.Snapshot.Count);
    }

    /// <summary>The rows, once they are there, for a request whose description is not older than the shard's.</summary>
    private async ValueTask<ShardRows> ReadyAsync(ulong indexEpoch)
    {
        if (_rows is null)
            await LoadedAsync();
        var rows = _rows ?? throw FlatIndexException.IndexNotFound(_key.Home);
        if (indexEpoch < rows.IndexEpoch)
            throw FlatIndexException.IndexNotFound(_key.Home);
        return rows;
    }

    private async Task LoadedAsync()
    {
        // One that did not fit stays here without its rows, and loads when there is room.
        if (_opening.IsCompleted && _room.IsRefused)
        {
            _room.Retry();
            _opening = OpenAsync();
        }

        if (!_opening.IsCompleted)
            await Task.WhenAny(_opening, Task.Delay(LoadingPatience, time));
        if (!_opening.IsCompleted)
            throw FlatIndexException.Loading(_progress.Describe(_key.Shard));
        try
        {
            await _opening;
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            throw Leaving();
        }
        catch (FlatIndexException e) when (_room.IsRefused)
        {
            throw new FlatIndexException(e.Error, e);
        }
        catch
        {
            // The next request meets a new activation, which reads the store again.
            DeactivateOnIdle();
            throw;
        }
    }

    /// <summary>
    /// Refuses to answer with less than the caller was told is written: then this activation has been superseded, and the store
    /// says so. What the store does not confirm nobody was told, and it costs the shard no reload.
    /// </summary>
    private async ValueTask FreshAsync(ShardPosition? seen, Freshness freshness, CancellationToken cancellationToken)
    {
        bool isAhead = seen is { } told && !Position.Covers(told);
        if (!isAhead && freshness != Freshness.Linearizable)
            return;
        if (await IsBehindAsync(cancellationToken))
        {
            DeactivateOnIdle();
            throw FlatIndexException.Unavailable($"shard {_key.Shard} has been taken over by a newer activation");
        }

        if (isAhead)
            throw FlatIndexException.InvalidConfig($"shard {_key.Shard} has come to {Position}, and the caller says that it was told of {seen}");
    }

    private async Task<bool> IsBehindAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_leaving.Token, cancellationToken);
        try
        {
            return await _log!.IsBehindAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Leaving();
        }
    }

    private FlatIndexException Leaving() => FlatIndexException.Unavailable($"shard {_key.Shard} is leaving this silo");

    [LoggerMessage(LogLevel.Information, "Shard {Shard} is open with {Rows} rows.")]
    private partial void LogOpened(ShardKey shard, int rows);
}
