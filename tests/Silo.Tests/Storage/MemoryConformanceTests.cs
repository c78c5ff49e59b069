using IqdbFlat.Grains.Storage;

namespace IqdbFlat.Silo.Tests.Storage;

public sealed class MemoryConformanceTests(SiloWithMemory silos) : RecordStoreConformance, IClassFixture<SiloWithMemory>
{
    protected override string? Missing => null;

    protected override IRecordStore Open(string owner, int silo = 0) => silos.Open(owner, silo);
}
