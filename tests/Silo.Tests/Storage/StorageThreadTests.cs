using IqdbFlat.Silo.Storage;

namespace IqdbFlat.Silo.Tests.Storage;

public sealed class StorageThreadTests
{
    [Fact]
    public async Task All_work_runs_on_one_thread_that_is_not_of_the_pool()
    {
        using var thread = new StorageThread("test");
        var seen = new System.Collections.Concurrent.ConcurrentBag<(int Id, bool Pool)>();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => thread.RunAsync(() =>
        {
            seen.Add((Environment.CurrentManagedThreadId, Thread.CurrentThread.IsThreadPoolThread));
            return Task.CompletedTask;
        })));
        Assert.Equal(50, seen.Count);
        Assert.False(Assert.Single(seen.Distinct()).Pool);
    }

    [Fact]
    public async Task A_failure_reaches_its_caller_and_the_thread_goes_on()
    {
        using var thread = new StorageThread("test");
        await Assert.ThrowsAsync<IOException>(() => thread.RunAsync(() => throw new IOException("full")));
        await thread.RunAsync(() => Task.CompletedTask);
    }

    [Fact]
    public async Task After_the_end_work_is_refused()
    {
        var thread = new StorageThread("test");
        thread.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => thread.RunAsync(() => Task.CompletedTask));
    }
}
