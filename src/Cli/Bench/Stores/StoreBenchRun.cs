using System.Diagnostics;
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
    // What the bare loop writes comes from a few: to a store bytes are bytes. The rows of the index are all different, because rows that come again and again
    // gather around points, and an index that finds that out spends time on it.
    private const int DistinctBytes = 16;

    private readonly StoreBenchSettings _settings;
    private readonly TimeProvider _time;
    private readonly IBareStore _bare;
    private readonly WebApplication _silo;
    private readonly float[][] _vectors;
    private readonly byte[][] _bytes;

    private StoreBenchRun(StoreBenchSettings settings, TimeProvider time, IBareStore bare, WebApplication silo)
    {
        (_settings, _time, _bare, _silo) = (settings, time, bare, silo);
        _vectors = new float[settings.Batches][];
        Parallel.For(0, settings.Batches, MakeBatch);
        _bytes = [.. _vectors.Take(DistinctBytes).Select(Bytes)];
    }

    /// <summary>Opens the bare store and starts the silo.</summary>
    public static async Task<StoreBenchRun> StartAsync(StoreBenchSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var silo = SiloHost.CreateWith(settings.SiloOptions($"bench-{Guid.NewGuid():n}"), services => services.AddSingleton<IRecordStoreFactory>(
            provider => new CountedRecords(provider.GetRequiredKeyedService<IGrainStorage>(StorageNames.Records), time)));
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
        var (seconds, written, busy, processor) = await IndexAsync(cancellationToken);
        double provider = await ProviderAsync();
        double after = await BareAsync(half, _settings.Batches, cancellationToken);
        await _bare.ClearAsync(cancellationToken);
        double bytes = (double)_settings.Batches * _settings.BatchBytes;
        return new(_settings.Batches * (double)_settings.BatchRows / seconds, bytes / seconds, bytes / (before + after), provider, written / bytes, busy / seconds, processor * 1e3 / (bytes / 1e6));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _silo.StopAsync();
        await _silo.DisposeAsync();
        await _bare.DisposeAsync();
    }

    private void MakeBatch(int batch)
    {
        int dimension = _settings.Dimension;
        var generator = RowGenerator.Create(GeneratedData.Normal, dimension, (long)_settings.Batches * _settings.BatchRows, seed: 1);
        float[] vectors = new float[_settings.BatchRows * dimension];
        for (int row = 0; row < _settings.BatchRows; row++)
            generator.Fill(RowStream.Base, ((long)batch * _settings.BatchRows) + row, vectors.AsSpan(row * dimension, dimension));
        _vectors[batch] = vectors;
    }

    private byte[] Bytes(float[] vectors)
    {
        byte[] bytes = new byte[_settings.BatchBytes];
        MemoryMarshal.AsBytes(vectors.AsSpan()).CopyTo(bytes);
        return bytes;
    }

    private async Task<double> BareAsync(int first, int end, CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        await EachAsync(first, end, batch => _bare.PutAsync(batch, _bytes[batch % _bytes.Length], cancellationToken));
        return _time.GetElapsedTime(started).TotalSeconds;
    }

    private async Task<(double Seconds, long Written, double Busy, double Processor)> IndexAsync(CancellationToken cancellationToken)
    {
        var client = _silo.Services.GetRequiredService<IFlatIndexClient>();
        var index = await client.CreateAsync("rows", new(_settings.Dimension, Metric.Euclidean, _settings.Shards), cancellationToken: cancellationToken);
        var records = (CountedRecords)_silo.Services.GetRequiredService<IRecordStoreFactory>();
        var (before, busyBefore) = (records.BytesWritten, records.Busy);
        using var process = Process.GetCurrentProcess();
        var processor = process.TotalProcessorTime;
        long started = _time.GetTimestamp();
        await EachAsync(0, _settings.Batches, batch => index.InsertBatchAsync(Batch(batch), cancellationToken: cancellationToken));
        double seconds = _time.GetElapsedTime(started).TotalSeconds;
        var (written, busy) = (records.BytesWritten - before, records.Busy - busyBefore);
        process.Refresh();
        processor = process.TotalProcessorTime - processor;
        await client.DropAsync("rows", cancellationToken);
        return (seconds, written, busy.TotalSeconds, processor.TotalSeconds);
    }

    /// <summary>
    /// Bytes a second that the provider takes by itself when one record comes after the other, each of half of the batches that are under way: what one shard could reach if
    /// nothing but its records cost anything.
    /// </summary>
    private async Task<double> ProviderAsync()
    {
        int together = Math.Clamp(_settings.Writers / 2, 1, 8);
        byte[] record = [.. Enumerable.Range(0, together).SelectMany(batch => _bytes[batch % _bytes.Length])];
        var store = _silo.Services.GetRequiredService<IRecordStoreFactory>().Open("bench/provider");
        string[] etags = new string[(_settings.Batches + together - 1) / together];
        long started = _time.GetTimestamp();
        for (int i = 0; i < etags.Length; i++)
            etags[i] = await store.PutIfAbsentAsync($"record/{i}", record) ?? throw new InvalidOperationException($"record {i} of the bench is there already");
        double rate = etags.Length * (double)record.Length / _time.GetElapsedTime(started).TotalSeconds;
        for (int i = 0; i < etags.Length; i++)
            await store.DeleteAsync($"record/{i}", etags[i]);
        return rate;
    }

    private Row[] Batch(int batch) => [.. Enumerable.Range(0, _settings.BatchRows).Select(row => new Row(
        ((ulong)batch * (ulong)_settings.BatchRows) + (ulong)row, _vectors[batch].AsMemory(row * _settings.Dimension, _settings.Dimension)))];

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
/// <param name="ProviderBytesPerSecond">Bytes that the provider takes by itself, one record after the other.</param>
/// <param name="WriteAmplification">Bytes of records written for a byte of the rows.</param>
/// <param name="StoreBusy">The share of the index's time in which the store had a record to write.</param>
/// <param name="ProcessorPerMegabyte">Milliseconds of processor that this process took for a MB of the rows: the silo and who writes into it, and for SQLite the store.</param>
internal sealed record StoreBenchRound(
    double RowsPerSecond,
    double BytesPerSecond,
    double BareBytesPerSecond,
    double ProviderBytesPerSecond,
    double WriteAmplification,
    double StoreBusy,
    double ProcessorPerMegabyte)
{
    /// <summary>The share of the bare loop's rate that the index reaches.</summary>
    public double Share => BytesPerSecond / BareBytesPerSecond;

    /// <summary>The share that the provider reaches by itself.</summary>
    public double ProviderShare => ProviderBytesPerSecond / BareBytesPerSecond;
}
