using IqdbFlat.Grains.Storage;

namespace IqdbFlat.Silo.Tests.Storage;

public sealed class MemoryConformanceTests(SiloWithMemory silo) : RecordStoreConformance, IClassFixture<SiloWithMemory>
{
    protected override IRecordStore Open(string owner) => silo.Open(owner);
}
