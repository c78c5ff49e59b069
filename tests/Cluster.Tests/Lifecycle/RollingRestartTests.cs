using System.Collections.Concurrent;
using System.Globalization;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cluster.Tests.Lifecycle;

/// <summary>Silos are stopped and started one after the other while a service goes on.</summary>
[Collection(SilosUnderLoad.Name)]
public sealed class RollingRestartTests(ITestOutputHelper output)
{
    private const int Searchers = 4;
    private const int Writers = 2;
    private const int Rows = 20_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rolling_restart_of_three_silos_under_load_fails_no_search_loses_no_write_and_applies_none_twice()
    {
        await using var cluster = await StoredCluster.StartAsync(3, Patience);
        var (index, rows) = await BaseRows.CreateAsync(cluster.Connection.Client, 6, Rows);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var acknowledged = new ConcurrentDictionary<ulong, byte>();
        long searches = 0;
        var slowest = TimeSpan.Zero;
        var searching = Enumerable.Range(0, Searchers).Select(_ => Task.Run(SearchAsync, Token));
        var writing = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync((ulong)(writer + 1) << 32), Token));
        Task[] load = [.. searching, .. writing];

        foreach (var silo in cluster.Silos)
        {
            long began = TimeProvider.System.GetTimestamp();
            int code = await silo.StopAsync(Token);
            var stopped = TimeProvider.System.GetElapsedTime(began);
            await silo.StartAsync(Token);
            await cluster.Connection.Client.RebalanceAsync(index.Name, Token).CountAsync(Token);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{silo.Name}: exit code {code}, stopped in {stopped.TotalSeconds:0.0} s, back and level after {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s"));
            Assert.Equal(0, code);
            Assert.All(load, task => Assert.False(task.IsFaulted, task.Exception?.ToString()));
        }

        await over.CancelAsync();
        await Task.WhenAll(load);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{searches} searches, none failed, the slowest took {slowest.TotalSeconds:0.0} s; {acknowledged.Count} inserts acknowledged"));
        Assert.True(searches > 0 && !acknowledged.IsEmpty);
        Assert.Equal(Rows + acknowledged.Count, await index.CountAsync(Token));
        foreach (ulong[] ids in acknowledged.Keys.Chunk(1_000))
        {
            var found = await index.GetBatchAsync([.. ids.Select(RowId.FromUInt64)], Token);
            for (int i = 0; i < ids.Length; i++)
                Assert.Equal(BaseRows.FarVector(ids[i]), found[i]?.Vector.ToArray());
        }

        async Task SearchAsync()
        {
            while (!over.IsCancellationRequested)
            {
                long began = TimeProvider.System.GetTimestamp();
                await rows.AskAsync(index, Patience);
                var took = TimeProvider.System.GetElapsedTime(began);
                Interlocked.Increment(ref searches);
                lock (acknowledged)
                    slowest = took > slowest ? took : slowest;
            }
        }

        // The client sends a write whose outcome it does not know again under its token: an insert that was applied twice would be a Duplicate.
        async Task WriteAsync(ulong id)
        {
            for (; !over.IsCancellationRequested; id++)
            {
                var row = new Row(id, BaseRows.FarVector(id));
                await index.InsertAsync(row, new WriteOptions { Deadline = Patience }, Token);
                Assert.True(acknowledged.TryAdd(id, 0));
            }
        }
    }
}
