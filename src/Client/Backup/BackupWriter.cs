using System.Buffers;
using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Client.Backup;

/// <summary>Writes a backup, block by block; see <see cref="BackupForm"/>. It holds one block.</summary>
internal sealed class BackupWriter(Stream destination, IndexCut cut)
{
    private readonly int _dimension = cut.Description.Settings.Dimension;
    private readonly uint _version = BackupForm.VersionOf(cut);
    private readonly ArrayBufferWriter<byte> _block = new();
    private readonly RowSetDigest _digest = new();
    private ulong _number;
    private ulong _previous;

    /// <summary>Bytes written.</summary>
    public long Bytes { get; private set; }

    /// <summary>The rows written.</summary>
    public RowsDigest Digest => RowsDigest.Of(_digest);

    public Task WriteHeaderAsync(CancellationToken cancellation) =>
        WriteAsync(BackupBlock.Header, output => BackupForm.WriteHeader(output, cut), cancellation);

    public Task WriteRowsAsync(int shard, StoredRowBlock rows, CancellationToken cancellation)
    {
        for (int row = 0; row < rows.Rows.Count; row++)
            _digest.Add(rows.Rows.Ids.Values[row], rows.Sequences[row], rows.Rows.VectorAt(row, _dimension).Span, rows.Rows.MetadataAt(row));
        return WriteAsync(BackupBlock.Rows, output => BackupForm.WriteRows(output, shard, rows, _dimension), cancellation);
    }

    public async Task WriteEndAsync(CancellationToken cancellation)
    {
        await WriteAsync(BackupBlock.End, output => BackupForm.WriteEnd(output, _digest), cancellation);
        await destination.FlushAsync(cancellation);
    }

    private async Task WriteAsync(BackupBlock kind, Action<IBufferWriter<byte>> content, CancellationToken cancellation)
    {
        // The length stands before the content and is known after it: the content is made first.
        _block.ResetWrittenCount();
        content(_block);
        int length = _block.WrittenCount;
        if (length > BackupForm.MaxContentBytes)
            throw FlatIndexException.ResourceLimitExceeded("bytes of a block of a backup", BackupForm.MaxContentBytes, length);
        byte[] block = ArrayPool<byte>.Shared.Rent(BackupForm.HeadBytes + length + BackupForm.ChecksumBytes);
        try
        {
            int size = Frame(kind, block);
            await destination.WriteAsync(block.AsMemory(0, size), cancellation);
            Bytes += size;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        _number++;
    }

    private int Frame(BackupBlock kind, byte[] block)
    {
        var head = new ArrayBufferWriter<byte>(BackupForm.HeadBytes);
        ByteWriter.WriteBytes(head, BackupForm.Magic);
        ByteWriter.WriteByte(head, (byte)kind);
        ByteWriter.WriteUInt32(head, _version);
        ByteWriter.WriteUInt64(head, _number);
        ByteWriter.WriteUInt32(head, (uint)_block.WrittenCount);
        head.WrittenSpan.CopyTo(block);
        _block.WrittenSpan.CopyTo(block.AsSpan(BackupForm.HeadBytes));
        int body = BackupForm.HeadBytes + _block.WrittenCount;
        _previous = BackupForm.ChecksumOf(_previous, block.AsSpan(0, body));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(block.AsSpan(body), _previous);
        return body + BackupForm.ChecksumBytes;
    }
}
