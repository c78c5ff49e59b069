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

/// <summary>
/// Writes the same bytes into one store twice: as batches of an index and by a bare loop. One silo and one bare store serve all rounds, so that what is measured
/// is a store in use and code that is compiled.
/// </summary>
internal sealed class StoreBenchRun : IAsyncDisposable
{
    // All batches are slices of a few: their making is no part of what is measured.
    private const int DistinctBatches = 16;

    private readonly StoreBenchSettings _settings;
    private readonly TimeProvider _time;
    private readonly IBareStore _bare;
    private readonly WebApplication _silo;
    private readonly Row[][] _rows = new Row[DistinctBatches][];
    private readonly byte[][] _bytes = new byte[DistinctBatches][];

    private StoreBenchRun(StoreBenchSettings settings, TimeProvider time, IBareStore bare, WebApplication silo)
    {
        (_settings, _time, _bare, _silo) = (settings, time, bare, silo);
        MakeBatches();
    }

    /// <summary>Opens the bare store and starts the silo.</summary>
    public static async Task<StoreBenchRun> StartAsync(StoreBenchSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var silo = SiloHost.CreateWith(settings.SiloOptions($"bench-{Guid.NewGuid():n}"), services => services.AddSingleton<IRecordStoreFactory>(
            provider => new CountedRecords(provider.GetRequiredKeyedService<IGrainStorage>(StorageNames.Records))));
        await silo.StartAsync(cancellationToken);
        return new(settings, time, await settings.OpenBareAsync(cancellationToken), silo);
    }

    /// <summary>Rounds that do not count, for as long as it takes to compile what is called often.</summary>
    public async Task WarmUpAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        do
            await RunAsync(cancellationToken);
        while (_time.GetElapsedTime(started) < length);
    }

    /// <summary>One round: half of the bare loop, the index, and the other half, so that a store that slows down slows both.</summary>
    public async Task<StoreBenchRound> RunAsync(CancellationToken cancellationToken)
    {
        int half = _settings.Batches / 2;
        double before = await BareAsync(0, half, cancellationToken);
        var (seconds, written) = await IndexAsync(cancellationToken);
        double after = await BareAsync(half, _settings.Batches, cancellationToken);
        await _bare.ClearAsync(cancellationToken);
        double bytes = (double)_settings.Batches * _settings.BatchBytes;
        return new(_settings.Batches * (double)_settings.BatchRows / seconds, bytes / seconds, bytes / (before + after), written / bytes);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _silo.StopAsync();
        await _silo.DisposeAsync();
        await _bare.DisposeAsync();
    }

    private void MakeBatches()
    {
        var generator = RowGenerator.Create(GeneratedData.Normal, _settings.Dimension, DistinctBatches * _settings.BatchRows, seed: 1);
        for (int batch = 0; batch < DistinctBatches; batch++)
        {
            float[] vectors = new float[_settings.BatchRows * _settings.Dimension];
            for (int row = 0; row < _settings.BatchRows; row++)
                generator.Fill(RowStream.Base, (batch * _settings.BatchRows) + row, vectors.AsSpan(row * _settings.Dimension, _settings.Dimension));
            _rows[batch] = [.. Enumerable.Range(0, _settings.BatchRows).Select(row =>
                new Row((ulong)row, vectors.AsMemory(row * _settings.Dimension, _settings.Dimension)))];
            _bytes[batch] = new byte[_settings.BatchBytes];
            MemoryMarshal.AsBytes(vectors.AsSpan()).CopyTo(_bytes[batch]);
        }
    }

    private async Task<double> BareAsync(int first, int end, CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        await EachAsync(first, end, batch => _bare.PutAsync(batch, _bytes[batch % DistinctBatches], cancellationToken));
        return _time.GetElapsedTime(started).TotalSeconds;
    }

    private async Task<(double Seconds, long Written)> IndexAsync(CancellationToken cancellationToken)
    {
        var client = _silo.Services.GetRequiredService<IFlatIndexClient>();
        var index = await client.CreateAsync("rows", new(_settings.Dimension, Metric.Euclidean, _settings.Shards), cancellationToken: cancellationToken);
        var records = (CountedRecords)_silo.Services.GetRequiredService<IRecordStoreFactory>();
        long before = records.BytesWritten;
        long started = _time.GetTimestamp();
        await EachAsync(0, _settings.Batches, batch => index.InsertBatchAsync(Batch(batch), cancellationToken: cancellationToken));
        double seconds = _time.GetElapsedTime(started).TotalSeconds;
        long written = records.BytesWritten - before;
        await client.DropAsync("rows", cancellationToken);
        return (seconds, written);
    }

    // The vectors of one of the batches under ids of their own.
    private Row[] Batch(int batch) => [.. _rows[batch % DistinctBatches].Select((row, place) => row with { Id = ((ulong)batch * (ulong)_settings.BatchRows) + (ulong)place })];

    private async Task EachAsync(int first, int end, Func<int, Task> write)
    {
        int next = first - 1;
        await Task.WhenAll(Enumerable.Range(0, _settings.Writers).Select(_ => Task.Run(async () =>
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
