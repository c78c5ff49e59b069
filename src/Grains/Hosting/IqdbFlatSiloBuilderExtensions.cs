using IqdbFlat.Engine.Scan;
using IqdbFlat.Grains;
using IqdbFlat.Grains.Access;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Memory;
using IqdbFlat.Grains.Placement;
using IqdbFlat.Grains.Prefetch;
using IqdbFlat.Grains.Storage;
using IqdbFlat.Grains.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Orleans.Hosting;

/// <summary>Puts IqdbFlat's grains into a silo.</summary>
public static class IqdbFlatSiloBuilderExtensions
{
    /// <summary>
    /// Adds what the index, shard and coordinator grains need: the scan threads, the memory budget, the placement of shards and their loading at start-up. The
    /// silo also needs a storage provider named <see cref="StorageNames.Records"/>.
    /// </summary>
    public static ISiloBuilder AddIqdbFlat(this ISiloBuilder builder, Action<IqdbFlatGrainsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.ConfigureServices(services =>
        {
            var options = services.AddOptions<IqdbFlatGrainsOptions>()
                .Validate(o => o.ScanThreads is >= 0 and <= 1_024, "IqdbFlat scan threads are 0 (one a processor) to 1,024.")
                .Validate(o => o.ScanQueue is >= 1 and <= 1_048_576, "The IqdbFlat scan queue holds 1 to 1,048,576 searches.")
                .Validate(o => o.MemoryBudgetBytes >= 0, "The IqdbFlat memory budget is 0 (three quarters of the process's) or more bytes.")
                .Validate(o => o.ExpectedSilos is >= 0 and <= 4_096, "The silos that IqdbFlat expects are 0 (shards are not loaded ahead) to 4,096.")
                .Validate(o => o.CheckpointLogRecords is >= 1 and <= 1_000_000, "An IqdbFlat shard folds its log after 1 to 1,000,000 records.")
                .Validate(o => o.SlowSearch >= TimeSpan.Zero, "The time of a slow IqdbFlat search is 0 (none is told) or more.")
                .ValidateOnStart();
            if (configure is not null)
                options.Configure(configure);
            services.TryAddSingleton(TimeProvider.System);
            services.TryAddSingleton<IRecordStoreFactory, RecordStoreFactory>();
            services.AddSingleton(provider =>
            {
                var value = provider.GetRequiredService<IOptions<IqdbFlatGrainsOptions>>().Value;
                var scheduler = new ScanScheduler(value.ScanThreads == 0 ? Environment.ProcessorCount : value.ScanThreads, value.ScanQueue);

                // Measures the machine now, so that no search has to.
                _ = scheduler.ThreadBandwidth;
                return scheduler;
            });
            services.AddSingleton(provider =>
                new SiloMemory(provider.GetRequiredService<IOptions<IqdbFlatGrainsOptions>>().Value.MemoryBudgetBytes));
            services.AddSingleton<SiloTelemetry>();
            services.AddSingleton(provider => new SlowSearches(
                provider.GetRequiredService<IOptions<IqdbFlatGrainsOptions>>().Value.SlowSearch,
                provider.GetRequiredService<SiloTelemetry>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<SlowSearches>>()));
            services.AddSingleton<ShardPrefetch>();
            services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<ShardPrefetch>());
            services.AddSingleton(provider =>
            {
                var grains = provider.GetRequiredService<IOptions<IqdbFlatGrainsOptions>>().Value;
                return new ShardLogOptions { CheckpointLogRecords = grains.CheckpointLogRecords, LargeRecordBytes = grains.LargeRecordBytes };
            });
            services.AddSingleton<IIncomingGrainCallFilter>(provider =>
                new CallGuard(provider.GetRequiredService<IOptions<IqdbFlatGrainsOptions>>().Value.ClientsReachOnlyIndexes));
            services.AddPlacementDirector<ShardPlacement, ShardPlacementDirector>();
            services.AddPlacementDirector<SiloPlacement, SiloPlacementDirector>();
        });
        return builder;
    }
}
