using IqdbFlat.Grains.Storage;
using IqdbFlat.Tests.Servers;

namespace IqdbFlat.Silo.Tests.Storage;

public sealed class PostgreSqlConformanceTests(SiloWithPostgreSql silos) : RecordStoreConformance, IClassFixture<SiloWithPostgreSql>
{
    protected override string? Missing => PostgreSqlServer.Missing;

    protected override IRecordStore Open(string owner, int silo = 0) => silos.Open(owner, silo);
}
