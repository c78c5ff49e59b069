using IqdbFlat.Grains.Storage;
using IqdbFlat.Tests.Servers;

namespace IqdbFlat.Silo.Tests.Storage;

public sealed class RedisConformanceTests(SiloWithRedis silos) : RecordStoreConformance, IClassFixture<SiloWithRedis>
{
    protected override string? Missing => RedisServer.Missing;

    protected override IRecordStore Open(string owner, int silo = 0) => silos.Open(owner, silo);
}
