namespace IqdbFlat.Grains.Tests;

/// <summary>Waits for what comes about by itself. It looks now and then and does not take a core from whom it waits for.</summary>
internal static class Waiting
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <summary>Looks until it holds; the failure says what was waited for.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, string what, TimeSpan? atMost = null)
    {
        var patience = atMost ?? Patience;
        long began = TimeProvider.System.GetTimestamp();
        using var interval = new PeriodicTimer(Interval);
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < patience, $"{what} expected within {patience}");
            await interval.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The same for what can be seen at once.</summary>
    public static Task UntilAsync(Func<bool> holds, string what, TimeSpan? atMost = null) => UntilAsync(() => Task.FromResult(holds()), what, atMost);
}
