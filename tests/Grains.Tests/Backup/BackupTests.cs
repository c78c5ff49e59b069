using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Encoding;
using IqdbFlat.Grains.Tests.Cluster;

namespace IqdbFlat.Grains.Tests.Backup;

public sealed class BackupTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private const int Shards = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IFlatIndexClient Client => silos.Cluster.Client;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task A_restored_index_answers_to_the_bit_whatever_its_number_of_shards(int shards)
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var scenario = new Scenario(seed);
        var original = await silos.Cluster.CreateIndexAsync(Scenario.Dimension, Metric.Euclidean, Shards);
        string expected = await scenario.RunAsync(original, 100, Cancel);
        Assert.True(scenario.RunEngine(Metric.Euclidean) == expected, $"seed {seed}: the answers differ from the engine's");

        var (bytes, report) = await BackUpAsync(original);
        var restored = await RestoreAsync(bytes, shards);

        Assert.True(expected == await scenario.SearchAsync(restored, Cancel), $"seed {seed}: the restored index answers otherwise");
        Assert.Equal(await ExportAsync(original), await ExportAsync(restored));
        Assert.Equal(await original.CountAsync(Cancel), report.Digest.Rows);
        Assert.Equal(original.Description.Settings with { Shards = shards }, restored.Description.Settings);
        Assert.NotEqual(original.Description.Incarnation, restored.Description.Incarnation);

        // What is added afterwards comes after all that was there, in both.
        foreach (var index in new[] { original, restored })
        {
            await index.UpsertBatchAsync([.. Enumerable.Range(0, 30).Select(i => new Row((ulong)i * 977, new float[Scenario.Dimension]))], cancellationToken: Cancel);
            await index.DeleteAsync(7 * 977, cancellationToken: Cancel);
        }

        Assert.True(await scenario.SearchAsync(original, Cancel) == await scenario.SearchAsync(restored, Cancel), $"seed {seed}: what was added afterwards comes otherwise");
        var again = await BackUpAsync(restored);
        Assert.Equal(await restored.CountAsync(Cancel), again.Report.Digest.Rows);
    }

    [Fact]
    public async Task The_same_rows_have_the_same_digest_wherever_they_are()
    {
        var original = await silos.Cluster.CreateIndexAsync(2, Metric.Cosine, Shards);
        await original.InsertBatchAsync([.. Enumerable.Range(0, 300).Select(i => new Row((ulong)i, new float[] { i, -i }))], cancellationToken: Cancel);
        var (bytes, first) = await BackUpAsync(original);
        var restored = await RestoreAsync(bytes, 5);
        var second = (await BackUpAsync(restored)).Report;
        Assert.Equal(first.Digest, second.Digest);
        Assert.Equal(first.Digest, (await Client.VerifyAsync(original.Name, cancellationToken: Cancel)).Digest);
        var found = await Client.VerifyAsync(restored.Name, cancellationToken: Cancel);
        Assert.True(found.IsSound, string.Join('\n', found.Unchecked.Concat(found.Problems.Select(problem => problem.ToString()))));
        Assert.Equal(first.Digest, found.Digest);
        await restored.DeleteAsync(5, cancellationToken: Cancel);
        Assert.NotEqual(first.Digest, (await BackUpAsync(restored)).Report.Digest);
    }

    [Fact]
    public async Task An_empty_index_is_backed_up_and_restored()
    {
        var original = await silos.Cluster.CreateIndexAsync(4, Metric.Manhattan, Shards);
        var (bytes, report) = await BackUpAsync(original);
        Assert.Equal(0, report.Digest.Rows);
        Assert.Equal(0, await (await RestoreAsync(bytes, 2)).CountAsync(Cancel));
    }

    /// <summary>
    /// Writers insert batches over all shards, one after the other, and replace a batch of their own again and again. In a consistent cut all batches
    /// acknowledged before are in, all of a batch is in or nothing, a batch that is in has all before it, and a replaced batch has one version.
    /// </summary>
    [Fact]
    public async Task A_backup_beside_writers_is_a_consistent_cut()
    {
        const int Writers = 4;
        const int BatchRows = 12;
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 8);
        int[] acknowledged = new int[Writers];
        int[] versions = new int[Writers];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var writing = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(writer))).ToArray();
        int taken = 0;
        try
        {
            for (; taken < 12; taken++)
            {
                await UntilAsync(() => acknowledged.Sum() >= 10 * (taken + 1), writing, "ten batches more");
                int[] inserted = [.. acknowledged.Select((_, writer) => Volatile.Read(ref acknowledged[writer]))];
                int[] replaced = [.. versions.Select((_, writer) => Volatile.Read(ref versions[writer]))];
                var (bytes, report) = await BackUpAsync(index);
                Assert.Equal(0, report.Fenced);
                Assert.True(report.Pause > TimeSpan.Zero);
                Check(await RowsAsync(bytes), inserted, replaced);
            }
        }
        finally
        {
            await stop.CancelAsync();
        }

        await Task.WhenAll(writing);

        async Task WriteAsync(int writer)
        {
            for (int batch = 0; !stop.IsCancellationRequested; batch++)
            {
                var own = await Client.OpenAsync(index.Name, Cancel);
                await own.InsertBatchAsync(
                    [.. Enumerable.Range(0, BatchRows).Select(row => new Row(RowId.FromBytes([1, (byte)writer, (byte)batch, (byte)(batch >> 8), (byte)row]), new float[] { row }, Metadata.From(("writer", (long)writer), ("batch", (long)batch))))],
                    cancellationToken: Cancel);
                Volatile.Write(ref acknowledged[writer], batch + 1);
                await own.UpsertBatchAsync(
                    [.. Enumerable.Range(0, BatchRows).Select(row => new Row(RowId.FromBytes([2, (byte)writer, (byte)row]), new float[] { batch }, Metadata.From(("version", (long)batch + 1), ("of", (long)writer))))],
                    cancellationToken: Cancel);
                Volatile.Write(ref versions[writer], batch + 1);
            }
        }

        static void Check(List<StoredRow> rows, int[] inserted, int[] replaced)
        {
            for (int writer = 0; writer < inserted.Length; writer++)
            {
                var batches = rows.Where(row => row.Metadata.TryGetValue("writer", out var of) && of.AsInt == writer)
                    .GroupBy(row => (int)row.Metadata["batch"].AsInt).ToDictionary(batch => batch.Key, batch => batch.Count());
                Assert.All(batches, batch => Assert.True(batch.Value == BatchRows, $"batch {batch.Key} of writer {writer} is half in: {batch.Value} rows"));
                Assert.True(batches.Count >= inserted[writer], $"writer {writer} was told of {inserted[writer]} batches before the cut, which has {batches.Count}");
                Assert.Equal(Enumerable.Range(0, batches.Count), batches.Keys.Order());
                var versions = rows.Where(row => row.Metadata.TryGetValue("of", out var of) && of.AsInt == writer).Select(row => (int)row.Metadata["version"].AsInt).ToArray();
                Assert.True(versions.Length is 0 or BatchRows && versions.Distinct().Count() <= 1, $"the replaced batch of writer {writer} has versions {string.Join(' ', versions)}");
                int version = versions.FirstOrDefault();
                Assert.True(version >= replaced[writer], $"writer {writer} was told of version {replaced[writer]} before the cut, which has {version}");
                Assert.True(batches.Count >= version && version >= batches.Count - 1, $"the cut of writer {writer} has {batches.Count} batches and version {version}");
            }
        }
    }

    [Fact]
    public async Task A_backup_that_fails_lets_go_of_what_the_shards_kept()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, Shards);
        await index.InsertBatchAsync([.. Enumerable.Range(0, 100).Select(i => new Row((ulong)i, new float[] { i }))], cancellationToken: Cancel);
        for (int i = 0; i < 10; i++)
            await Assert.ThrowsAsync<IOException>(() => index.BackupAsync(new FullStream(200), cancellationToken: Cancel));

        // Letting go is not waited for.
        await Waiting.UntilAsync(
            async () =>
            {
                try
                {
                    await BackUpAsync(index);
                    return true;
                }
                catch (FlatIndexException e) when (e.Kind == FlatErrorKind.ResourceLimitExceeded)
                {
                    return false;
                }
            },
            "room for another backup");
    }

    internal static async Task<(byte[] Bytes, BackupReport Report)> BackUpAsync(IFlatIndex index)
    {
        var bytes = new MemoryStream();
        var report = await index.BackupAsync(bytes, cancellationToken: Cancel);
        Assert.Equal(bytes.Length, report.Bytes);
        bytes.Position = 0;
        var check = await BackupFile.CheckAsync(bytes, cancellationToken: Cancel);
        Assert.Equal(report.Digest, check.Digest);
        return (bytes.ToArray(), report);
    }

    private Task<IFlatIndex> RestoreAsync(byte[] bytes, int shards) =>
        Client.RestoreAsync(new MemoryStream(bytes), new() { Name = $"r-{Guid.NewGuid():n}", Shards = shards }, cancellationToken: Cancel);

    /// <summary>The rows of a backup, by a reader of its own: what the file says and not what a restore makes of it.</summary>
    internal static Task<List<StoredRow>> RowsAsync(byte[] bytes)
    {
        var rows = new List<StoredRow>();
        int dimension = 0;
        for (int at = 0; at < bytes.Length;)
        {
            int length = BitConverter.ToInt32(bytes, at + 16);
            var input = new ByteReader(bytes.AsSpan(at + 20, length));
            if (bytes[at + 3] == 'H')
            {
                _ = input.ReadString();
                _ = input.ReadString();
                dimension = (int)input.ReadVarint();
            }
            else if (bytes[at + 3] == 'R')
            {
                _ = input.ReadVarint();
                int count = (int)input.ReadUInt32();
                ulong[] sequences = new ulong[count];
                for (int i = 0; i < count; i++)
                    sequences[i] = input.ReadUInt64();
                input.ReadBytes(count * dimension * sizeof(float));
                for (int i = 0; i < count; i++)
                    rows.Add(new(BinaryForm.ReadRowId(ref input), default, BinaryForm.ReadMetadata(ref input), sequences[i]));
            }

            at += 20 + length + 8;
        }

        return Task.FromResult(rows);
    }

    internal static async Task<string> ExportAsync(IFlatIndex index)
    {
        var text = new System.Text.StringBuilder();
        await foreach (var row in index.ExportAsync(cancellationToken: Cancel))
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{row.Id} {row.Sequence} ");
            foreach (float value in row.Vector.Span)
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{BitConverter.SingleToUInt32Bits(value):x8}");
            text.AppendLine(string.Join(',', row.Metadata.Select(field => $"{field.Key}={field.Value}")));
        }

        return text.ToString();
    }

    private static Task UntilAsync(Func<bool> condition, Task[] writing, string what) => Waiting.UntilAsync(
        async () =>
        {
            if (writing.FirstOrDefault(task => task.IsFaulted) is { } failed)
                await failed;
            return condition();
        },
        what);

    /// <summary>A destination that is full after some bytes.</summary>
    private sealed class FullStream(int room) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            Length + buffer.Length > room ? throw new IOException("full") : base.WriteAsync(buffer, cancellationToken);
    }
}
