using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Client.Backup;

/// <summary>
/// Reads a backup, block by block, and checks everything that it says; see <see cref="BackupForm"/>. What is wrong is CorruptData that names the block and
/// its place in the file. It holds one block, and no more than the file has brought.
/// </summary>
internal sealed class BackupReader(Stream source)
{
    private const int FirstBytes = 1 << 20;

    private readonly RowSetDigest _digest = new();
    private byte[] _block = new byte[4_096];
    private BackupHeader? _header;
    private uint _version;
    private ulong _number;
    private ulong _previous;
    private long _at;
    private int _shard;
    private long _rowsOfShard;
    private ulong _lastSequence;

    /// <summary>Bytes read.</summary>
    public long Bytes { get; private set; }

    /// <summary>The rows read.</summary>
    public RowsDigest Digest => RowsDigest.Of(_digest);

    private string Place => $"backup block {_number} at byte {_at}";

    public async Task<BackupHeader> ReadHeaderAsync(CancellationToken cancellation)
    {
        var (kind, length) = await ReadBlockAsync(cancellation);
        if (kind != BackupBlock.Header)
            throw Corrupt($"is of kind {kind}: the header expected first");
        return _header = Decode(length, static (ref ByteReader input, BackupReader self) => BackupForm.ReadHeader(ref input, self._version));
    }

    /// <summary>The next rows, or null at the end, which has then been checked against all that came before.</summary>
    public async Task<StoredRowBlock?> ReadRowsAsync(CancellationToken cancellation)
    {
        var header = _header ?? throw new InvalidOperationException("The header is read first.");
        var (kind, length) = await ReadBlockAsync(cancellation);
        switch (kind)
        {
            case BackupBlock.Rows:
                var (shard, rows) = Decode(length, static (ref ByteReader input, BackupReader self) => BackupForm.ReadRows(ref input, self._header!.Settings.Dimension));
                Check(header, shard, rows);
                return rows;
            case BackupBlock.End:
                await CheckEndAsync(header, Decode(length, static (ref ByteReader input, BackupReader _) => BackupForm.ReadEnd(ref input)), cancellation);
                return null;
            default:
                throw Corrupt($"is of kind {kind}: rows or the end expected");
        }
    }

    private void Check(BackupHeader header, int shard, StoredRowBlock rows)
    {
        if (shard < _shard || shard >= header.Settings.Shards)
            throw Corrupt($"holds rows of shard {shard}: shard {_shard} to {header.Settings.Shards - 1} expected");
        while (_shard < shard)
            EndShard(header);
        for (int row = 0; row < rows.Rows.Count; row++)
        {
            ulong sequence = rows.Sequences[row];
            if (sequence <= _lastSequence || sequence > header.SequenceHighWater)
                throw Corrupt($"has the sequence {sequence}: one above {_lastSequence} and at most {header.SequenceHighWater} expected");
            _lastSequence = sequence;
            var vector = rows.Rows.VectorAt(row, header.Settings.Dimension).Span;
            var (id, metadata) = (rows.Rows.Ids.Values[row], rows.Rows.MetadataAt(row));
            try
            {
                RowCheck.Check(id, vector, metadata, header.Settings.Dimension, header.Settings.Parts);
            }
            catch (FlatIndexException refused)
            {
                throw Corrupt($"has a row that no index accepts: {refused.Message}");
            }

            _digest.Add(id, sequence, vector, metadata);
        }

        _rowsOfShard += rows.Rows.Count;
        if (_rowsOfShard > header.RowsOfShards[shard])
            throw Corrupt($"has too many rows of shard {shard}: {header.RowsOfShards[shard]} expected, found {_rowsOfShard}");
    }

    private void EndShard(BackupHeader header)
    {
        if (_rowsOfShard != header.RowsOfShards[_shard])
            throw Corrupt($"follows too few rows of shard {_shard}: {header.RowsOfShards[_shard]} expected, found {_rowsOfShard}");
        _shard++;
        _rowsOfShard = 0;
        _lastSequence = 0;
    }

    private async Task CheckEndAsync(BackupHeader header, RowsDigest expected, CancellationToken cancellation)
    {
        while (_shard < header.Settings.Shards)
            EndShard(header);
        if (Digest != expected)
            throw Corrupt($"says {expected.Rows} rows of digest {expected}, found {Digest.Rows} of digest {Digest}");
        if (await source.ReadAsync(_block.AsMemory(0, 1), cancellation) != 0)
            throw FlatIndexException.CorruptData($"backup byte {Bytes}", "follows the last block: the end of the file expected");
    }

    /// <summary>Reads the next block whole and checks its frame. Its content begins at <see cref="BackupForm.HeadBytes"/>.</summary>
    private async Task<(BackupBlock Kind, int Length)> ReadBlockAsync(CancellationToken cancellation)
    {
        if (_at != Bytes)
            _number++;
        _at = Bytes;
        await FillAsync(0, BackupForm.HeadBytes, cancellation);
        var (kind, length) = ReadHead();
        int body = BackupForm.HeadBytes + length;
        await FillAsync(BackupForm.HeadBytes, body + BackupForm.ChecksumBytes, cancellation);
        ulong checksum = new ByteReader(_block.AsSpan(body, BackupForm.ChecksumBytes)).ReadUInt64();
        ulong found = BackupForm.ChecksumOf(_previous, _block.AsSpan(0, body));
        if (checksum != found)
            throw Corrupt($"is damaged, or not the one that was written here: checksum {checksum:x16} expected, found {found:x16}");
        _previous = checksum;
        return (kind, length);
    }

    private (BackupBlock Kind, int Length) ReadHead()
    {
        var head = new ByteReader(_block.AsSpan(0, BackupForm.HeadBytes));
        if (!head.ReadBytes(BackupForm.Magic.Length).SequenceEqual(BackupForm.Magic))
            throw Corrupt($"does not begin as a block of a backup: {Convert.ToHexStringLower(BackupForm.Magic)} expected, found {Convert.ToHexStringLower(_block.AsSpan(0, 3))}");
        var kind = (BackupBlock)head.ReadByte();
        uint version = head.ReadUInt32();
        if (version is < BackupForm.Version or > BackupForm.Highest || (_number > 0 && version != _version))
            throw Corrupt($"has an unknown version: {(_number > 0 ? $"{_version}" : $"{BackupForm.Version} to {BackupForm.Highest}")} expected, found {version}");
        _version = version;
        ulong number = head.ReadUInt64();
        if (number != _number)
            throw Corrupt($"says that it is block {number}");
        uint length = head.ReadUInt32();
        if (length > BackupForm.MaxContentBytes)
            throw Corrupt($"says that it has {length} bytes: at most {BackupForm.MaxContentBytes} expected");
        return (kind, (int)length);
    }

    // The room grows with what arrives, not with what a length says.
    private async Task FillAsync(int from, int to, CancellationToken cancellation)
    {
        while (from < to)
        {
            if (_block.Length < to && from == _block.Length)
                Array.Resize(ref _block, Math.Min(to, Math.Max(FirstBytes, _block.Length * 2)));
            int read = await source.ReadAsync(_block.AsMemory(from, Math.Min(to, _block.Length) - from), cancellation);
            if (read == 0)
                throw Corrupt($"is cut short: the file ends after {Bytes} bytes, before its last block is whole");
            from += read;
            Bytes += read;
        }
    }

    private T Decode<T>(int length, Decoder<T> decode)
    {
        try
        {
            var input = new ByteReader(_block.AsSpan(BackupForm.HeadBytes, length));
            return decode(ref input, this);
        }
        catch (InvalidDataException malformed)
        {
            throw Corrupt($"cannot be read: {malformed.Message}");
        }
    }

    private FlatIndexException Corrupt(string reason) => FlatIndexException.CorruptData(Place, reason);

    private delegate T Decoder<T>(ref ByteReader input, BackupReader self);
}
