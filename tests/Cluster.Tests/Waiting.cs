using System.Runtime.CompilerServices;

namespace IqdbFlat.Cluster.Tests;

/// <summary>Waits for conditions with a generous bound; what was seen last is the failure.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    /// <summary>Looks again and again until what it sees is as wanted.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> isWanted, [CallerArgumentExpression(nameof(isWanted))] string wanted = "")
    {
        using var interval = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        long started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (isWanted(seen))
                return seen;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Bound, $"After {Bound.TotalMinutes} minutes not {wanted}: {seen}");
            await interval.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
