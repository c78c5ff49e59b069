using System.Buffers;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Session;

[assembly: AssemblyFixture(typeof(IqdbFlat.Abstractions.Tests.WireSerializer))]

namespace IqdbFlat.Abstractions.Tests;

/// <summary>Orleans' serializer as client and silo have it, and a way to write what it would not.</summary>
public sealed class WireSerializer : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public delegate void Fields(ref Writer<ArrayBufferWriter<byte>> writer);

    public Serializer Serializer => _services.GetRequiredService<Serializer>();

    public byte[] Write<T>(T value) => Serializer.SerializeToArray(value);

    public T Read<T>(byte[] bytes) => Serializer.Deserialize<T>(bytes)!;

    public T RoundTrip<T>(T value) => Read<T>(Write(value));

    public T Copy<T>(T value) => _services.GetRequiredService<DeepCopier>().Copy(value)!;

    /// <summary>Bytes written field by field.</summary>
    public byte[] WriteFields(Fields fields)
    {
        var output = new ArrayBufferWriter<byte>();
        using var session = _services.GetRequiredService<SerializerSessionPool>().GetSession();
        var writer = Writer.Create(output, session);
        fields(ref writer);
        writer.Commit();
        return output.WrittenSpan.ToArray();
    }

    public void Dispose() => _services.Dispose();
}
