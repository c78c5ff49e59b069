using System.Buffers;
using System.IO.Hashing;
using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Encoding;
using IqdbFlat.Grains.Storage;

namespace IqdbFlat.Grains.Indexes;

/// <summary>The names of all indexes, in one record: stores list nothing by themselves.</summary>
/// <remarks>The record: a version byte (1), a count (varint), the names (strings), and the XXH3 hash (8 bytes) of all before it.</remarks>
internal sealed class CatalogGrain(IRecordStoreFactory stores) : Grain, ICatalogGrain
{
    private const string RecordName = "catalog";
    private const byte Version = 1;
    private readonly TypedRecordStore _store = new(stores.Open("catalog/names"));

    public Task AddName(string index, CancellationToken cancellationToken) => ChangeAsync(names => names.Add(index));

    public Task RemoveName(string index, CancellationToken cancellationToken) => ChangeAsync(names => names.Remove(index));

    public async Task<string[]> ListNames(CancellationToken cancellationToken) => [.. (await ReadAsync()).Names];

    /// <summary>Reads, changes and replaces, again while another activation does the same.</summary>
    private async Task ChangeAsync(Func<SortedSet<string>, bool> change)
    {
        while (true)
        {
            var (names, etag) = await ReadAsync();
            if (!change(names))
                return;
            byte[] bytes = Write(names);
            string? written = etag is null
                ? await _store.PutIfAbsentAsync(RecordName, bytes)
                : await _store.ReplaceAsync(RecordName, bytes, etag);
            if (written is not null)
                return;
        }
    }

    private async Task<(SortedSet<string> Names, string? ETag)> ReadAsync() =>
        await _store.ReadAsync(RecordName) is { } stored ? (Read(stored.Bytes.Span), stored.ETag) : (new(StringComparer.Ordinal), null);

    private static byte[] Write(SortedSet<string> names)
    {
        var output = new ArrayBufferWriter<byte>();
        ByteWriter.WriteByte(output, Version);
        ByteWriter.WriteVarint(output, (ulong)names.Count);
        foreach (string name in names)
            ByteWriter.WriteString(output, name);
        ByteWriter.WriteUInt64(output, XxHash3.HashToUInt64(output.WrittenSpan));
        return output.WrittenSpan.ToArray();
    }

    private static SortedSet<string> Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < sizeof(ulong) + 2 || bytes[0] != Version)
            throw FlatIndexException.CorruptData(RecordName, "has no version that this build reads");
        var checksum = new ByteReader(bytes[^sizeof(ulong)..]);
        if (checksum.ReadUInt64() != XxHash3.HashToUInt64(bytes[..^sizeof(ulong)]))
            throw FlatIndexException.CorruptData(RecordName, "does not match its checksum");
        try
        {
            var input = new ByteReader(bytes[1..^sizeof(ulong)]);
            var names = new SortedSet<string>(StringComparer.Ordinal);
            int count = input.ReadCount(leastBytesEach: 1);
            for (int i = 0; i < count; i++)
                names.Add(input.ReadString());
            input.ExpectEnd();
            return names;
        }
        catch (InvalidDataException e)
        {
            throw new FlatIndexException(FlatIndexException.CorruptData(RecordName, $"cannot be read: {e.Message}").Error, e);
        }
    }
}
