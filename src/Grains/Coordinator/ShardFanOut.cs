using System.Runtime.ExceptionServices;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>
/// Asks several shards at once. The first failure ends it: the other calls are stopped, and it is what the caller gets, not what
/// the stopped calls came to.
/// </summary>
internal static class ShardFanOut
{
    private const ConfigureAwaitOptions Settled = ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing;

    /// <summary>The answers in the order of <paramref name="parts"/>.</summary>
    public static async Task<TReply[]> AskAsync<TPart, TReply>(
        IEnumerable<TPart> parts, Func<TPart, CancellationToken, Task<TReply>> ask, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ExceptionDispatchInfo? first = null;
        var all = Task.WhenAll(parts.Select(OneAsync));
        await ((Task)all).ConfigureAwait(Settled);
        first?.Throw();
        return await all;

        async Task<TReply> OneAsync(TPart part)
        {
            try
            {
                return await ask(part, stop.Token);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref first, ExceptionDispatchInfo.Capture(e), null);
                await stop.CancelAsync();
                throw;
            }
        }
    }
}
