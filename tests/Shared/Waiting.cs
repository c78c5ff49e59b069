using System.Runtime.CompilerServices;

namespace IqdbFlat.Tests;

/// <summary>Waits with a generous bound for what comes about by itself; what was seen last is the failure. It looks less and less often, and takes no core from whom it waits for.</summary>
internal static class Waiting
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(80);

    /// <summary>Looks again and again until what it sees is as wanted.</summary>
    public static async Task<T> UntilAsync<T>(
        Func<Task<T>> look, Func<T, bool> isWanted, [CallerArgumentExpression(nameof(isWanted))] string wanted = "", TimeSpan? atMost = null)
    {
        var patience = atMost ?? Patience;
        using var interval = new PeriodicTimer(Shortest);
        long started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (isWanted(seen))
                return seen;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < patience, $"{wanted} expected within {patience}, and still it is: {seen}");
            await interval.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            interval.Period = interval.Period * 2 < Longest ? interval.Period * 2 : Longest;
        }
    }

    /// <summary>Looks again and again until it holds; the failure says what was waited for.</summary>
    public static Task UntilAsync(Func<Task<bool>> holds, string what, TimeSpan? atMost = null) => UntilAsync(holds, isSo => isSo, what, atMost);

    /// <summary>The same for what can be seen at once.</summary>
    public static Task UntilAsync(Func<bool> holds, string what, TimeSpan? atMost = null) => UntilAsync(() => Task.FromResult(holds()), what, atMost);
}
