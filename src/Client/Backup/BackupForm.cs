using System.Buffers;
using System.IO.Hashing;
using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Client.Backup;

/// <summary>
/// The form of a backup, versions 1 to 8: 1, and more by 1 for rows that have several vectors, by 2 for rows that are kept without codes, by 4 where there
/// are tokens of writes. Blocks, one after the other, and nothing behind the last. All numbers are little-endian; ids, metadata, strings and
/// varints are those of <see cref="BinaryForm"/>.
/// </summary>
/// <remarks>
/// <para><b>A block</b>: bytes <c>I q B</c> and the kind's letter; the version (4 bytes); the block's number, from 0 (8); the bytes of its content (4); the
/// content; XXH3 (64 bits, seed 0) over the checksum of the block before (8 bytes, 0 for the first) and all of this block before its own. So a
/// block that is damaged, missing, moved, or from another backup is noticed at its place.</para>
/// <para><b>H</b>, the first: name, incarnation (strings); dimension (varint); metric (1 byte); for several vectors these (<see cref="VectorParts.Write"/>); shards (varint); when the index was created and when the cut
/// was taken, in ticks of UTC (8 each); the pause in ticks (8); the batches that were shut out (varint); the highest sequence allotted (8); for each shard the rows (varint), the
/// epoch and the position of its log (8 each); where there are tokens, these (a varint length and bytes, in the shards' own form).</para>
/// <para><b>R</b>: the shard (varint); rows (4); their sequences (8 each), which rise within a shard; their vectors (4 bytes a component); then for each row its
/// id and metadata. Shards come in order.</para>
/// <para><b>E</b>, the last: rows (8); their digest (<see cref="RowSetDigest"/>), the lower half first (8 and 8).</para>
/// </remarks>
internal static class BackupForm
{
    /// <summary>The version that is written for rows that are one vector.</summary>
    public const uint Version = 1;

    /// <summary>The version that is written for rows that have several vectors: every block says so, and the header has these behind the metric.</summary>
    public const uint VersionWithParts = 2;

    /// <summary>What is added to the version where rows are kept without codes.</summary>
    public const uint WithoutCodes = 2;

    /// <summary>What is added to the version where the header ends with the tokens of writes.</summary>
    public const uint WithTokens = 4;

    /// <summary>The highest version there is.</summary>
    public const uint Highest = VersionWithParts + WithoutCodes + WithTokens;

    /// <summary>Bytes before a block's content.</summary>
    public const int HeadBytes = 4 + 4 + 8 + 4;

    /// <summary>Bytes of a checksum.</summary>
    public const int ChecksumBytes = 8;

    /// <summary>Bytes of a block's content, at most: a page of rows has about 4 MiB.</summary>
    public const int MaxContentBytes = 64 * 1024 * 1024;

    /// <summary>How every block begins; the kind follows.</summary>
    public static ReadOnlySpan<byte> Magic => "IqB"u8;

    /// <summary>The checksum of a block: of the one before, and of its own bytes.</summary>
    public static ulong ChecksumOf(ulong previous, ReadOnlySpan<byte> block)
    {
        Span<byte> before = stackalloc byte[sizeof(ulong)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(before, previous);
        var hash = new XxHash3();
        hash.Append(before);
        hash.Append(block);
        return hash.GetCurrentHashAsUInt64();
    }

    public static void WriteHeader(IBufferWriter<byte> output, IndexCut cut)
    {
        var index = cut.Description;
        ByteWriter.WriteString(output, index.Name);
        ByteWriter.WriteString(output, index.Incarnation);
        ByteWriter.WriteVarint(output, (ulong)index.Settings.Dimension);
        ByteWriter.WriteByte(output, (byte)index.Settings.Metric);
        index.Settings.Parts?.Write(output);
        ByteWriter.WriteVarint(output, (ulong)index.Settings.Shards);
        ByteWriter.WriteUInt64(output, (ulong)index.Created.UtcTicks);
        ByteWriter.WriteUInt64(output, (ulong)cut.Taken.UtcTicks);
        ByteWriter.WriteUInt64(output, (ulong)cut.Pause.Ticks);
        ByteWriter.WriteVarint(output, (ulong)cut.Fenced);
        ByteWriter.WriteUInt64(output, cut.SequenceHighWater);
        foreach (var shard in cut.Shards)
        {
            ByteWriter.WriteVarint(output, (ulong)shard.Rows);
            ByteWriter.WriteUInt64(output, shard.Position.Epoch);
            ByteWriter.WriteUInt64(output, shard.Position.Position);
        }

        if (cut.Tokens.Count == 0)
            return;
        ByteWriter.WriteVarint(output, (ulong)cut.Tokens.Count);
        ByteWriter.WriteBytes(output, cut.Tokens.Span);
    }

    /// <summary>The version of a backup.</summary>
    public static uint VersionOf(IndexCut cut)
    {
        var settings = cut.Description.Settings;
        return (settings.Parts is null ? Version : VersionWithParts) + (settings.WithoutCodes ? WithoutCodes : 0) + (cut.Tokens.Count > 0 ? WithTokens : 0);
    }

    private static bool Has(uint version, uint what) => ((version - Version) & what) != 0;

    public static BackupHeader ReadHeader(ref ByteReader input, uint version)
    {
        string name = input.ReadString();
        string incarnation = input.ReadString();
        ulong dimension = input.ReadVarint();
        var metric = (Metric)input.ReadByte();
        var parts = Has(version, VersionWithParts - Version) ? VectorParts.Read(ref input) : null;
        ulong shards = input.ReadVarint();
        if (dimension is 0 or > Limits.Dimension || !Enum.IsDefined(metric) || shards is 0 or > IndexSettings.MaxShards || (parts is not null && parts.RowComponents != (int)dimension))
            throw input.Invalid($"the settings of an index expected, found dimension {dimension}, metric {(byte)metric}, {shards} shards");
        var created = ReadTime(ref input);
        var taken = ReadTime(ref input);
        var pause = TimeSpan.FromTicks((long)input.ReadUInt64());
        ulong fenced = input.ReadVarint();
        ulong highWater = input.ReadUInt64();
        if (pause < TimeSpan.Zero || fenced > int.MaxValue || highWater > ulong.MaxValue / 2)
            throw input.Invalid($"the pause, the batches shut out and the highest sequence of a cut expected, found {pause}, {fenced} and {highWater}");
        long[] rows = new long[shards];
        var positions = new ShardPosition[shards];
        for (int shard = 0; shard < rows.Length; shard++)
        {
            ulong count = input.ReadVarint();
            rows[shard] = count <= int.MaxValue ? (long)count : throw input.Invalid($"a shard has at most {int.MaxValue} rows, found {count}");
            positions[shard] = new(shard, input.ReadUInt64(), input.ReadUInt64());
        }

        byte[] tokens = Has(version, WithTokens) ? input.ReadBytes(input.ReadCount(1)).ToArray() : [];
        input.ExpectEnd();
        var settings = new IndexSettings((int)dimension, metric, (int)shards) { Parts = parts, WithoutCodes = Has(version, WithoutCodes) };
        return new(name, incarnation, settings, created, taken, pause, (int)fenced, highWater, rows, positions) { Tokens = tokens };
    }

    public static void WriteRows(IBufferWriter<byte> output, int shard, StoredRowBlock block, int dimension)
    {
        var rows = block.Rows;
        ByteWriter.WriteVarint(output, (ulong)shard);
        ByteWriter.WriteUInt32(output, (uint)rows.Count);
        foreach (ulong sequence in block.Sequences.Span)
            ByteWriter.WriteUInt64(output, sequence);
        for (int row = 0; row < rows.Count; row++)
            WriteVector(output, rows.VectorAt(row, dimension).Span);
        for (int row = 0; row < rows.Count; row++)
        {
            BinaryForm.Write(output, rows.Ids.Values[row]);
            BinaryForm.Write(output, rows.MetadataAt(row) ?? Metadata.Empty);
        }
    }

    public static (int Shard, StoredRowBlock Rows) ReadRows(ref ByteReader input, int dimension)
    {
        ulong shard = input.ReadVarint();
        uint count = input.ReadUInt32();
        long fixedBytes = count * (sizeof(ulong) + ((long)dimension * sizeof(float)));
        if (shard >= IndexSettings.MaxShards || count == 0 || fixedBytes > input.Remaining)
            throw input.Invalid($"rows of a shard expected, found {count} of dimension {dimension} of shard {shard} in {input.Remaining} bytes");
        ulong[] sequences = new ulong[count];
        for (int row = 0; row < sequences.Length; row++)
            sequences[row] = input.ReadUInt64();
        float[] vectors = new float[count * dimension];
        for (int i = 0; i < vectors.Length; i++)
            vectors[i] = BitConverter.UInt32BitsToSingle(input.ReadUInt32());
        var ids = new RowId[count];
        var metadata = new Metadata?[count];
        for (int row = 0; row < ids.Length; row++)
            (ids[row], metadata[row]) = (BinaryForm.ReadRowId(ref input), BinaryForm.ReadMetadata(ref input));
        input.ExpectEnd();
        return ((int)shard, new() { Rows = new() { Ids = ids, Vectors = vectors, Metadata = metadata }, Sequences = sequences });
    }

    public static void WriteEnd(IBufferWriter<byte> output, RowSetDigest digest)
    {
        ByteWriter.WriteUInt64(output, (ulong)digest.Rows);
        ByteWriter.WriteUInt64(output, (ulong)digest.Value);
        ByteWriter.WriteUInt64(output, (ulong)(digest.Value >> 64));
    }

    public static RowsDigest ReadEnd(ref ByteReader input)
    {
        ulong rows = input.ReadUInt64();
        ulong low = input.ReadUInt64();
        ulong high = input.ReadUInt64();
        input.ExpectEnd();
        return new((long)rows, high, low);
    }

    private static void WriteVector(IBufferWriter<byte> output, ReadOnlySpan<float> vector)
    {
        if (BitConverter.IsLittleEndian)
        {
            ByteWriter.WriteBytes(output, System.Runtime.InteropServices.MemoryMarshal.AsBytes(vector));
            return;
        }

        foreach (float component in vector)
            ByteWriter.WriteUInt32(output, BitConverter.SingleToUInt32Bits(component));
    }

    private static DateTimeOffset ReadTime(ref ByteReader input)
    {
        ulong ticks = input.ReadUInt64();
        return ticks <= (ulong)DateTimeOffset.MaxValue.UtcTicks
            ? new((long)ticks, TimeSpan.Zero)
            : throw input.Invalid($"a time has at most {DateTimeOffset.MaxValue.UtcTicks} ticks, found {ticks}");
    }
}

/// <summary>What a backup says of itself before its rows.</summary>
internal sealed record BackupHeader(
    string Name,
    string Incarnation,
    IndexSettings Settings,
    DateTimeOffset Created,
    DateTimeOffset Taken,
    TimeSpan Pause,
    int Fenced,
    ulong SequenceHighWater,
    IReadOnlyList<long> RowsOfShards,
    IReadOnlyList<ShardPosition> Positions)
{
    /// <summary>The tokens of writes with their answers; empty for none.</summary>
    public byte[] Tokens { get; init; } = [];
}

/// <summary>The kinds of block. The letters are stored and never change.</summary>
internal enum BackupBlock : byte
{
    Header = (byte)'H',
    Rows = (byte)'R',
    End = (byte)'E',
}
