using System.Collections.Concurrent;

namespace IqdbFlat.Silo.Storage;

/// <summary>
/// A thread that does a store's work, one piece after the other. SQLite works synchronously whatever is awaited: on a grain's turn or
/// a thread of the pool, a commit of many MiB would starve what shares it.
/// </summary>
internal sealed class StorageThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public StorageThread(string name)
    {
        _thread = new Thread(Work) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Runs work on the thread. The work is expected to be done when its task is returned; if not, the thread waits for it.</summary>
    public Task RunAsync(Func<Task> work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _work.Add(() => Complete(work, done));
        }
        catch (Exception closed) when (closed is InvalidOperationException or ObjectDisposedException)
        {
            done.SetException(new ObjectDisposedException($"The storage thread '{_thread.Name}' has stopped.", closed));
        }

        return done.Task;
    }

    /// <summary>Finishes what is queued, then stops.</summary>
    public void Dispose()
    {
        if (_work.IsAddingCompleted)
            return;
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private static void Complete(Func<Task> work, TaskCompletionSource done)
    {
        try
        {
            work().GetAwaiter().GetResult();
            done.SetResult();
        }
        catch (Exception failure)
        {
            done.SetException(failure);
        }
    }

    private void Work()
    {
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }
}
