using IqdbFlat.Abstractions;
using IqdbFlat.Client.Backup;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Tests;

public class BackupFormTests
{
    private const int Dimension = 2;

    private const string Kept =
        "497142480100000000000000000000006200000005626f6f6b730430314a440201038000b796ab49de0800450f6ad962de08a86100000000"
        + "0000010900000000000000030100000000000000020000000000000000030000000000000000000000000000000101000000000000000500"
        + "00000000000028f3a44188e3fa6b497142520100000001000000000000003c000000000200000001000000000000000400000000000000ab"
        + "aaaa3e0000008001000000ffff7f7f00070000000000000001047965617202d01f0102dead0020056f04d850685749714252010000000200"
        + "0000000000003500000000010000000900000000000000000040400000804000ffffffffffffffff02046e616d650402c3a9036e616e0300"
        + "0000000000f8ff3c07a4ac67bbf854497142520100000003000000000000001f000000020100000005000000000000000000a0400000c040"
        + "0000000000000000000017e208451d711bbe497142450100000004000000000000001800000004000000000000009f900a884b3214df8511"
        + "5420bff7f1da9c89b1cd7430353b";

    private const string KeptOfTokens =
        "497142480500000000000000000000006600000005626f6f6b730430314a440201038000b796ab49de0800450f6ad962de08a86100000000"
        + "0000010900000000000000030100000000000000020000000000000000030000000000000000000000000000000101000000000000000500"
        + "000000000000030908072f585f2158cf7f59497142520500000001000000000000003c000000000200000001000000000000000400000000"
        + "000000abaaaa3e0000008001000000ffff7f7f00070000000000000001047965617202d01f0102dead004ee689c2cf665abf497142520500"
        + "000002000000000000003500000000010000000900000000000000000040400000804000ffffffffffffffff02046e616d650402c3a9036e"
        + "616e03000000000000f8ff82c36b4238a34337497142520500000003000000000000001f000000020100000005000000000000000000a040"
        + "0000c040000000000000000000002d6e934d0fb18ab6497142450500000004000000000000001800000004000000000000009f900a884b32"
        + "14df85115420bff7f1da9387d7415c2c88d4";

    private const string KeptOfParts =
        "497142480200000000000000000000004500000005626f6f6b730430314a4420010101610301018000b796ab49de0800450f6ad962de08a86100"
        + "000000000001090000000000000002010000000000000002000000000000004cd104656120bbd849714252020000000100000000000000290100"
        + "000002000000010000000000000004000000000000000000803f0000004000004040000000000000000000000000000000000000000000000000"
        + "000000000000000000000000000000000000000000000000000000000000803f0000000000000000000000000000000000000000000000000000"
        + "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        + "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        + "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000700000000000000000008"
        + "000000000000000004a45edca51836474971424502000000020000000000000018000000020000000000000071fc77afc76acd9ce4833f6e7149"
        + "0365ef58bb5c247f4cf3";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_bytes_of_version_1_stay_as_they_are() =>
        Assert.Equal(Kept, Convert.ToHexStringLower(await WriteAsync()));

    [Fact]
    public async Task Rows_of_several_vectors_are_written_as_version_2_and_read_back()
    {
        var parts = new VectorParts(new VectorPart("a", 3, Metric.Cosine));
        var cut = Cut with { Description = Cut.Description with { Settings = new(parts, 1) }, Shards = [Cut.Shards[0] with { Rows = 2 }] };
        float[][] vectors = [parts.Pack(("a", new float[] { 1, 2, 3 })), parts.Pack()];
        var bytes = new MemoryStream();
        var writer = new BackupWriter(bytes, cut);
        await writer.WriteHeaderAsync(Cancel);
        await writer.WriteRowsAsync(0, Block([1, 4], [7, 8], [.. vectors[0], .. vectors[1]], [null, null]), Cancel);
        await writer.WriteEndAsync(Cancel);
        Assert.Equal(KeptOfParts, Convert.ToHexStringLower(bytes.ToArray()));
        var reader = new BackupReader(new MemoryStream(bytes.ToArray()));
        Assert.Equal(cut.Description.Settings, (await reader.ReadHeaderAsync(Cancel)).Settings);
        var rows = await reader.ReadRowsAsync(Cancel);
        Assert.Equal(vectors.SelectMany(vector => vector), rows!.Rows.Vectors.Span.ToArray());
        Assert.Null(await reader.ReadRowsAsync(Cancel));
    }

    [Fact]
    public async Task A_backup_of_an_index_without_codes_is_version_3_and_the_same_otherwise()
    {
        var settings = Cut.Description.Settings with { WithoutCodes = true };
        byte[] usual = await WriteAsync();
        byte[] bytes = await WriteAsync(Cut with { Description = Cut.Description with { Settings = settings } });
        Assert.Equal("ab2a10194ffc7271", Convert.ToHexStringLower(bytes.AsSpan(bytes.Length - 8)));
        int[] blocks = [.. Places(usual), usual.Length];
        for (int block = 0; block < blocks.Length - 1; block++)
        {
            Assert.Equal(3, bytes[blocks[block] + 4]);
            Assert.Equal(usual[(blocks[block] + 5)..(blocks[block + 1] - 8)], bytes[(blocks[block] + 5)..(blocks[block + 1] - 8)]);
        }

        var reader = new BackupReader(new MemoryStream(bytes));
        Assert.Equal(settings, (await reader.ReadHeaderAsync(Cancel)).Settings);
        int read = 0;
        while (await reader.ReadRowsAsync(Cancel) is { } rows)
            read += rows.Rows.Count;
        Assert.Equal(4, read);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Tokens_of_writes_are_versions_of_their_own_and_read_back(bool withParts, bool withoutCodes)
    {
        var settings = withParts ? new IndexSettings(new VectorParts(new VectorPart("a", 3, Metric.Cosine)), 1) : new(Dimension, Metric.Cosine, 1);
        var cut = Cut with
        {
            Description = Cut.Description with { Settings = settings with { WithoutCodes = withoutCodes } },
            Shards = [Cut.Shards[1] with { Shard = 0, Position = new(0, 3, 0) }],
        };
        uint version = (withParts ? 2u : 1) + (withoutCodes ? 2u : 0);
        Assert.Equal(version, BackupForm.VersionOf(cut));
        cut = cut with { Tokens = new byte[] { 9, 8, 7 } };
        Assert.Equal(version + 4, BackupForm.VersionOf(cut));
        var bytes = new MemoryStream();
        var writer = new BackupWriter(bytes, cut);
        await writer.WriteHeaderAsync(Cancel);
        await writer.WriteEndAsync(Cancel);
        var header = await new BackupReader(new MemoryStream(bytes.ToArray())).ReadHeaderAsync(Cancel);
        Assert.Equal(cut.Description.Settings, header.Settings);
        Assert.Equal(new byte[] { 9, 8, 7 }, header.Tokens);
    }

    [Fact]
    public async Task The_bytes_of_version_5_which_has_tokens_stay_as_they_are()
    {
        var cut = Cut with { Tokens = new byte[] { 9, 8, 7 } };
        byte[] bytes = await WriteAsync(cut);
        Assert.Equal(KeptOfTokens, Convert.ToHexStringLower(bytes));
        Assert.Empty(await ReadAsync(await WriteAsync()));
        Assert.Equal(new byte[] { 9, 8, 7 }, await ReadAsync(bytes));

        static async Task<byte[]> ReadAsync(byte[] backup)
        {
            var reader = new BackupReader(new MemoryStream(backup));
            var header = await reader.ReadHeaderAsync(Cancel);
            while (await reader.ReadRowsAsync(Cancel) is not null)
                continue;
            return header.Tokens;
        }
    }

    [Fact]
    public async Task A_backup_is_read_as_it_was_written()
    {
        var reader = new BackupReader(new MemoryStream(await WriteAsync()));
        var header = await reader.ReadHeaderAsync(Cancel);
        Assert.Equal(("books", "01JD", new IndexSettings(Dimension, Metric.Cosine, 3)), (header.Name, header.Incarnation, header.Settings));
        Assert.Equal((Cut.Taken, Cut.Pause, Cut.Fenced, Cut.SequenceHighWater), (header.Taken, header.Pause, header.Fenced, header.SequenceHighWater));
        Assert.Equal([3, 0, 1], header.RowsOfShards);
        Assert.Equal(Cut.Shards.Select(shard => shard.Position), header.Positions);
        var read = new List<StoredRowBlock>();
        while (await reader.ReadRowsAsync(Cancel) is { } rows)
            read.Add(rows);
        Assert.Equal(Blocks.Select(block => Describe(block.Rows)), read.Select(Describe));
    }

    [Fact]
    public async Task A_changed_byte_anywhere_is_corrupt_data_that_names_the_block_and_its_place()
    {
        byte[] whole = await WriteAsync();
        int[] blocks = Places(whole);
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= (byte)(1 << (at % 8));
            int block = Array.FindLastIndex(blocks, place => place <= at);
            var error = await FailsAsync(damaged);
            Assert.Contains($"backup block {block} at byte {blocks[block]}", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_backup_that_ends_anywhere_early_or_goes_on_is_corrupt_data()
    {
        byte[] whole = await WriteAsync();
        for (int length = 0; length < whole.Length; length++)
            Assert.Contains("is cut short", (await FailsAsync(whole[..length])).Message, StringComparison.Ordinal);
        Assert.Contains("follows the last block", (await FailsAsync([.. whole, 0])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_block_that_is_missing_repeated_moved_or_of_another_backup_is_corrupt_data()
    {
        byte[] whole = await WriteAsync();
        byte[][] blocks = Split(whole);
        byte[][] others = Split(await WriteAsync(Cut with { Taken = Cut.Taken.AddTicks(1) }));
        for (int i = 0; i < blocks.Length; i++)
        {
            await FailsAsync([.. blocks.Where((_, at) => at != i).SelectMany(block => block)]);
            await FailsAsync([.. blocks.SelectMany((block, at) => at == i ? [.. block, .. block] : block)]);
            await FailsAsync([.. blocks.SelectMany((block, at) => at == i ? others[i] : block)]);
            if (i > 0)
                await FailsAsync([.. blocks.Select((_, at) => at == i ? blocks[i - 1] : at == i - 1 ? blocks[i] : blocks[at]).SelectMany(block => block)]);
        }
    }

    [Fact]
    public async Task Rows_that_the_header_does_not_announce_are_corrupt_data()
    {
        await FailsAsync(await WriteAsync(Cut with { SequenceHighWater = 8 }));
        await FailsAsync(await WriteAsync(Cut with { Shards = [Cut.Shards[0] with { Rows = 4 }, .. Cut.Shards[1..]] }));
        await FailsAsync(await WriteAsync(Cut with { Shards = [Cut.Shards[0] with { Rows = 2 }, .. Cut.Shards[1..]] }));
        await FailsAsync(await WriteAsync(Cut with { Shards = [.. Cut.Shards[..2], Cut.Shards[2] with { Rows = 2 }] }));
    }

    [Fact]
    public async Task A_length_that_the_file_does_not_hold_claims_no_memory()
    {
        byte[] whole = await WriteAsync();
        BitConverter.TryWriteBytes(whole.AsSpan(16), 60 * 1024 * 1024);
        byte[] cut = whole[..28];
        long before = GC.GetAllocatedBytesForCurrentThread();
        await FailsAsync(cut);
        long used = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(used < 4 * 1024 * 1024, $"at most 4 MiB expected for 28 bytes, found {used}");
    }

    private static readonly IndexCut Cut = new()
    {
        Description = new()
        {
            Name = "books",
            Home = "papers",
            Incarnation = "01JD",
            Epoch = 4,
            Settings = new(Dimension, Metric.Cosine, 3),
            Slots = SlotMap.Even(3),
            Created = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        },
        Pin = Guid.Empty,
        SequenceHighWater = 9,
        Shards =
        [
            new() { Shard = 0, Rows = 3, Position = new(0, 1, 2) },
            new() { Shard = 1, Rows = 0, Position = new(1, 3, 0) },
            new() { Shard = 2, Rows = 1, Position = new(2, 1, 5) },
        ],
        Taken = new(2026, 2, 3, 4, 5, 6, TimeSpan.Zero),
        Pause = TimeSpan.FromMilliseconds(2.5),
        Fenced = 1,
    };

    private static readonly (int Shard, StoredRowBlock Rows)[] Blocks =
    [
        (0, Block([1, 4], [RowId.FromUInt64(7), RowId.FromBytes([0xDE, 0xAD])], [1f / 3, -0f, 1e-45f, float.MaxValue], [Metadata.From(("year", 2024L)), null])),
        (0, Block([9], [RowId.FromUInt64(ulong.MaxValue)], [3, 4], [Metadata.From(("nan", double.NaN), ("name", "\u00e9"))])),
        (2, Block([5], [RowId.FromUInt64(0)], [5, 6], [null])),
    ];

    private static StoredRowBlock Block(ulong[] sequences, RowId[] ids, float[] vectors, Metadata?[] metadata) =>
        new() { Rows = new() { Ids = ids, Vectors = vectors, Metadata = metadata }, Sequences = sequences };

    private static async Task<byte[]> WriteAsync(IndexCut? cut = null)
    {
        var bytes = new MemoryStream();
        var writer = new BackupWriter(bytes, cut ?? Cut);
        await writer.WriteHeaderAsync(Cancel);
        foreach (var (shard, rows) in Blocks)
            await writer.WriteRowsAsync(shard, rows, Cancel);
        await writer.WriteEndAsync(Cancel);
        return bytes.ToArray();
    }

    private static async Task<FlatIndexException> FailsAsync(byte[] bytes)
    {
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => BackupFile.CheckAsync(new MemoryStream(bytes), cancellationToken: Cancel));
        Assert.Equal(FlatErrorKind.CorruptData, error.Kind);
        return error;
    }

    /// <summary>Where each block begins: after four bytes of kind, four of version and eight of its number stands the length of its content.</summary>
    private static int[] Places(byte[] whole)
    {
        var places = new List<int>();
        for (int at = 0; at < whole.Length; at += 20 + BitConverter.ToInt32(whole, at + 16) + 8)
            places.Add(at);
        return [.. places];
    }

    private static byte[][] Split(byte[] whole)
    {
        int[] places = [.. Places(whole), whole.Length];
        return [.. places.Zip(places.Skip(1)).Select(pair => whole[pair.First..pair.Second])];
    }

    private static string Describe(StoredRowBlock block) => string.Join('\n', Enumerable.Range(0, block.Rows.Count).Select(row =>
        $"{block.Rows.Ids.Values[row]} {block.Sequences[row]} {Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(block.Rows.VectorAt(row, Dimension).Span))} "
        + string.Join(',', (block.Rows.MetadataAt(row) ?? Metadata.Empty).Select(field => $"{field.Key}={field.Value.Kind}:{field.Value}"))));
}
