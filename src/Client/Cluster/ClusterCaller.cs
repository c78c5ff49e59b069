using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Cluster;

/// <summary>
/// Makes calls under a deadline. The cluster is told what remains of it and answers by then; the caller waits a little longer than that and no more, whatever
/// has become of the cluster. What was lost on the way, or was not finished, is sent again through the next coordinator: a read always, a write because its
/// token makes that safe.
/// </summary>
internal sealed class ClusterCaller(IClusterGrains grains, TimeProvider time)
{
    // For the way there and back, so that the cluster's own, better informed answer wins.
    private static readonly TimeSpan ReplyGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    public IClusterGrains Grains => grains;

    /// <summary>Tokens for writes that were given none.</summary>
    public TokenLanes Tokens { get; } = new(time);

    public CallDeadline Start(TimeSpan limit) => new(time, limit);

    /// <summary>A call to a coordinator that changes nothing.</summary>
    public Task<T> Read<T>(
        string index, CallDeadline deadline, Func<ICoordinatorGrain, TimeSpan, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        Persist(index, deadline, (remaining, cancel) => call(grains.NextCoordinator(), remaining, cancel), cancellationToken);

    /// <summary>
    /// A call to a coordinator that writes under a token, told whether an earlier try of it may have been applied. It is tried again while its outcome is
    /// unknown. What is thrown in the end says that the write may have been applied where any try may have been; an answer of the write itself is the first
    /// try's, and is returned.
    /// </summary>
    public async Task<T> Write<T>(
        string index, CallDeadline deadline, Func<ICoordinatorGrain, TimeSpan, bool, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        bool mayBeIn = false;
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            bool tried = mayBeIn;
            try
            {
                return await Once(
                    index, deadline, isWrite: true, (remaining, cancel) => call(grains.NextCoordinator(), remaining, tried, cancel), cancellationToken);
            }
            catch (FlatIndexException error)
            {
                mayBeIn |= error.Error.MayHaveBeenApplied;
                if (error.Kind != FlatErrorKind.Timeout || deadline.Remaining <= pause)
                    throw Unfinished(error, mayBeIn);
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    /// <summary>A call to another grain that changes nothing.</summary>
    public Task<T> Ask<T>(string? index, CallDeadline deadline, Func<IClusterGrains, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        Persist(index, deadline, (_, cancel) => call(grains, cancel), cancellationToken);

    /// <summary>A call to another grain that changes something.</summary>
    public Task<T> Change<T>(string index, CallDeadline deadline, Func<IClusterGrains, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        Once(index, deadline, isWrite: true, (_, cancel) => call(grains, cancel), cancellationToken);

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    // "Not now" says that a try did nothing, and not what the try before it did.
    private static FlatIndexException Unfinished(FlatIndexException error, bool mayBeIn)
    {
        if (!mayBeIn || error.Error.MayHaveBeenApplied)
            return error;
        return error.Kind is FlatErrorKind.Unavailable or FlatErrorKind.Overloaded or FlatErrorKind.Loading or FlatErrorKind.Timeout
            ? new(FlatIndexException.Timeout(error.Error.Reason ?? error.Message, mayHaveBeenApplied: true).Error with { Index = error.Error.Index, Shard = error.Error.Shard }, error)
            : new(error.Error with { MayHaveBeenApplied = true }, error);
    }

    private async Task<T> Persist<T>(
        string? index, CallDeadline deadline, Func<TimeSpan, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            try
            {
                return await Once(index, deadline, isWrite: false, call, cancellationToken);
            }
            catch (FlatIndexException error) when (error.InnerException is { } lost && ClusterErrors.IsLostMessage(lost) && deadline.Remaining > pause)
            {
                await Task.Delay(pause, time, cancellationToken);
                if (deadline.Remaining <= TimeSpan.Zero)
                    throw;
            }
        }
    }

    private async Task<T> Once<T>(
        string? index, CallDeadline deadline, bool isWrite, Func<TimeSpan, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var remaining = deadline.Remaining;
        if (remaining <= TimeSpan.Zero)
            throw Name(ClusterErrors.Timeout($"the deadline of {deadline.Limit} has passed", mayHaveBeenApplied: false, null));

        using var clock = new CancellationTokenSource(remaining + ReplyGrace, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        try
        {
            return await call(remaining, either.Token).WaitAsync(either.Token);
        }
        catch (FlatIndexException error)
        {
            throw Name(error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw Name(ClusterErrors.Timeout($"the cluster did not answer within {deadline.Limit}", isWrite, error));
        }
        catch (Exception error) when (ClusterErrors.Translate(error, isWrite) is { } translated)
        {
            throw Name(translated);
        }

        FlatIndexException Name(FlatIndexException error) => index is null ? error : ClusterErrors.NameIndex(error, index);
    }
}
