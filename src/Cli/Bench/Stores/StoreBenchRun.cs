using System.Runtime.InteropServices;
using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Storage;
using IqdbFlat.Silo;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace IqdbFlat.Cli.Bench.Stores;

/// <summary>Writes the same bytes into one store twice: as batches of an index and by a bare loop.</summary>
internal sealed class StoreBenchRun(StoreBenchSettings settings, TimeProvider time)
{
    // All batches are slices of a few: their making is no part of what is measured.
    private const int DistinctBatches = 16;
    private readonly Row[][] _rows = new Row[DistinctBatches][];
    private readonly byte[][] _bytes = new byte[DistinctBatches][];

    /// <summary>One round: half of the bare loop, the index, and the other half, so that a store that slows down slows both.</summary>
    public async Task<StoreBenchRound> RunAsync(CancellationToken cancellationToken)
    {
        MakeBatches();
        await using var bare = await settings.OpenBareAsync(cancellationToken);
        int half = settings.Batches / 2;
        double before = await BareAsync(bare, 0, half, cancellationToken);
        var (seconds, written) = await IndexAsync(cancellationToken);
        double after = await BareAsync(bare, half, settings.Batches, cancellationToken);
        double bytes = (double)settings.Batches * settings.BatchBytes;
        return new(settings.Batches * (double)settings.BatchRows / seconds, bytes / seconds, bytes / (before + after), written / bytes);
    }

    private void MakeBatches()
    {
        var generator = RowGenerator.Create(GeneratedData.Normal, settings.Dimension, DistinctBatches * settings.BatchRows, seed: 1);
        for (int batch = 0; batch < DistinctBatches; batch++)
        {
            float[] vectors = new float[settings.BatchRows * settings.Dimension];
            for (int row = 0; row < settings.BatchRows; row++)
                generator.Fill(RowStream.Base, (batch * settings.BatchRows) + row, vectors.AsSpan(row * settings.Dimension, settings.Dimension));
            _rows[batch] = [.. Enumerable.Range(0, settings.BatchRows).Select(row =>
                new Row((ulong)row, vectors.AsMemory(row * settings.Dimension, settings.Dimension)))];
            _bytes[batch] = new byte[settings.BatchBytes];
            MemoryMarshal.AsBytes(vectors.AsSpan()).CopyTo(_bytes[batch]);
        }
    }

    private async Task<double> BareAsync(IBareStore store, int first, int end, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        await EachAsync(first, end, batch => store.PutAsync(batch, _bytes[batch % DistinctBatches], cancellationToken));
        return time.GetElapsedTime(started).TotalSeconds;
    }

    private async Task<(double Seconds, long Written)> IndexAsync(CancellationToken cancellationToken)
    {
        string name = $"bench-{Guid.NewGuid():n}";
        await using var silo = SiloHost.CreateWith(settings.SiloOptions(name), services => services.AddSingleton<IRecordStoreFactory>(
            provider => new CountedRecords(provider.GetRequiredKeyedService<IGrainStorage>(StorageNames.Records))));
        await silo.StartAsync(cancellationToken);
        var client = silo.Services.GetRequiredService<IFlatIndexClient>();
        var index = await client.CreateAsync("rows", new(settings.Dimension, Metric.Euclidean, settings.Shards), cancellationToken: cancellationToken);
        var records = (CountedRecords)silo.Services.GetRequiredService<IRecordStoreFactory>();
        long before = records.BytesWritten;
        long started = time.GetTimestamp();
        await EachAsync(0, settings.Batches, batch => index.InsertBatchAsync(Batch(batch), cancellationToken: cancellationToken));
        double seconds = time.GetElapsedTime(started).TotalSeconds;
        long written = records.BytesWritten - before;
        await client.DropAsync("rows", cancellationToken);
        await silo.StopAsync(cancellationToken);
        return (seconds, written);
    }

    // The vectors of one of the batches under ids of their own.
    private Row[] Batch(int batch) => [.. _rows[batch % DistinctBatches].Select((row, place) => row with { Id = ((ulong)batch * (ulong)settings.BatchRows) + (ulong)place })];

    private async Task EachAsync(int first, int end, Func<int, Task> write)
    {
        int next = first - 1;
        await Task.WhenAll(Enumerable.Range(0, settings.Writers).Select(_ => Task.Run(async () =>
        {
            for (int batch = Interlocked.Increment(ref next); batch < end; batch = Interlocked.Increment(ref next))
                await write(batch);
        })));
    }
}

/// <summary>What one round found.</summary>
/// <param name="RowsPerSecond">Rows that the index acknowledged a second.</param>
/// <param name="BytesPerSecond">Their bytes, ids and vectors.</param>
/// <param name="BareBytesPerSecond">The same bytes by the bare loop.</param>
/// <param name="WriteAmplification">Bytes of records written for a byte of the rows.</param>
internal sealed record StoreBenchRound(double RowsPerSecond, double BytesPerSecond, double BareBytesPerSecond, double WriteAmplification)
{
    /// <summary>The share of the bare loop's rate that the index reaches.</summary>
    public double Share => BytesPerSecond / BareBytesPerSecond;
}
