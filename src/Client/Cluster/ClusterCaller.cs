using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Cluster;

/// <summary>
/// Makes calls under a deadline. The cluster is told what remains of it and answers by then; the caller waits a little longer than that and no more, whatever
/// has become of the cluster. A read whose message was lost is sent again through the next coordinator; a write never is.
/// </summary>
internal sealed class ClusterCaller(IClusterGrains grains, TimeProvider time)
{
    // For the way there and back, so that the cluster's own, better informed answer wins.
    private static readonly TimeSpan ReplyGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    public IClusterGrains Grains => grains;

    public CallDeadline Start(TimeSpan limit) => new(time, limit);

    /// <summary>A call to a coordinator that changes nothing.</summary>
    public Task<T> Read<T>(
        string index, CallDeadline deadline, Func<ICoordinatorGrain, TimeSpan, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        Persist(index, deadline, (remaining, cancel) => call(grains.NextCoordinator(), remaining, cancel), cancellationToken);

    /// <summary>A call to a coordinator that writes.</summary>
    public Task<T> Write<T>(
        string index, CallDeadline deadline, Func<ICoordinatorGrain, TimeSpan, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        Once(index, deadline, isWrite: true, (remaining, cancel) => call(grains.NextCoordinator(), remaining, cancel), cancellationToken);

    /// <summary>A call to another grain that changes nothing.</summary>
    public Task<T> Ask<T>(string? index, CallDeadline deadline, Func<IClusterGrains, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        Persist(index, deadline, (_, cancel) => call(grains, cancel), cancellationToken);

    /// <summary>A call to another grain that changes something.</summary>
    public Task<T> Change<T>(string index, CallDeadline deadline, Func<IClusterGrains, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        Once(index, deadline, isWrite: true, (_, cancel) => call(grains, cancel), cancellationToken);

    private async Task<T> Persist<T>(
        string? index, CallDeadline deadline, Func<TimeSpan, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
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
