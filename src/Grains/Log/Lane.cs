namespace IqdbFlat.Grains.Log;

/// <summary>Lets one in at a time, in the order of asking.</summary>
internal sealed class Lane
{
    private readonly Lock _gate = new();
    private Task _last = Task.CompletedTask;

    /// <summary>Waits for the turn. Leave by completing what is returned.</summary>
    public async Task<TaskCompletionSource> EnterAsync(CancellationToken cancellation)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_gate)
        {
            before = _last;
            _last = mine.Task;
        }

        try
        {
            await before.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // The turn comes all the same, and passes on.
            _ = before.ContinueWith(_ => mine.SetResult(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }

        return mine;
    }
}
