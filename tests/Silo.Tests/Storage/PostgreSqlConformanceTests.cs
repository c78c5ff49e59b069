using IqdbFlat.Cli.Chaos.Servers;
using IqdbFlat.Grains.Storage;

namespace IqdbFlat.Silo.Tests.Storage;

public sealed class PostgreSqlConformanceTests(SiloWithPostgreSql silos) : RecordStoreConformance, IClassFixture<SiloWithPostgreSql>
{
    protected override string? Missing => PostgreSqlProcess.Missing;

    protected override IRecordStore Open(string owner, int silo = 0) => silos.Open(owner, silo);
}
