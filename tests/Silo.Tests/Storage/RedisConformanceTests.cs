using IqdbFlat.Cli.Chaos.Servers;
using IqdbFlat.Grains.Storage;

namespace IqdbFlat.Silo.Tests.Storage;

public sealed class RedisConformanceTests(SiloWithRedis silos) : RecordStoreConformance, IClassFixture<SiloWithRedis>
{
    protected override string? Missing => RedisProcess.Missing;

    protected override IRecordStore Open(string owner, int silo = 0) => silos.Open(owner, silo);
}
