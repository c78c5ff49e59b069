using System.Diagnostics;
using IqdbFlat.Cli.Chaos.Processes;
using IqdbFlat.Engine;

namespace IqdbFlat.Cluster.Tests.Processes;

public sealed class ProcessGuardTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_kept_ends_with_the_guard_and_what_was_forgotten_does_not()
    {
        using var kept = Process.Start("sleep", ["600"]);
        using var forgotten = Process.Start("sleep", ["600"]);
        try
        {
            using (var guard = new ProcessGuard())
            {
                guard.Keep(kept.Id);
                guard.Keep(forgotten.Id);
                guard.Forget(forgotten.Id);
            }

            await kept.WaitForExitAsync(Token);
            Assert.Equal(128 + 9, kept.ExitCode);
            Assert.False(forgotten.HasExited);
        }
        finally
        {
            kept.Kill();
            forgotten.Kill();
        }
    }

    [Fact]
    public async Task A_process_that_ends_before_it_is_ready_is_told_with_its_last_lines()
    {
        using var folder = new ClusterFolder();
        using var log = new ProcessLog(folder.File("short.log"));
        await using var process = GuardedProcess.Start(folder.Guard, new("/bin/sh", ["-c", "echo this went wrong >&2; exit 3"]), log, line => line == "ready");
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => process.ReadyAsync(Token));
        Assert.Equal(FlatErrorKind.Unavailable, error.Kind);
        Assert.Contains("code 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("this went wrong", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suspended_process_stands_still_until_it_is_resumed()
    {
        using var folder = new ClusterFolder();
        using var log = new ProcessLog(folder.File("still.log"));
        await using var process = GuardedProcess.Start(folder.Guard, new("/bin/sh", ["-c", "echo ready; read line"]), log, line => line == "ready");
        await process.ReadyAsync(Token);
        process.Send(Signal.Suspend);
        await Waiting.UntilAsync(() => Task.FromResult(State(process.Id)), state => state == 'T');
        process.Send(Signal.Resume);
        await Waiting.UntilAsync(() => Task.FromResult(State(process.Id)), state => state == 'S');
        process.Send(Signal.Kill);
        await process.EndedAsync(Token);
        Assert.Equal(128 + 9, process.ExitCode);
    }

    // The letter after the name in parentheses.
    private static char State(int id)
    {
        string stat = File.ReadAllText($"/proc/{id}/stat");
        return stat[stat.LastIndexOf(')') + 2];
    }
}
