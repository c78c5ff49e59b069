using System.Runtime.CompilerServices;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Log.Records;
using IqdbFlat.Grains.Memory;

namespace IqdbFlat.Grains.Shards;

/// <summary>Builds a shard's rows while its log is read, as far as the silo has room for them.</summary>
/// <remarks>
/// What vectors and integer ids need is asked for before the first row is read. What other ids and metadata may need is added up, and each time it is much the rows
/// are published, which tells what they do need; not more often, because publishing costs.
/// </remarks>
internal sealed class ShardRecovery(ShardRoom room) : IPlacedRecovery
{
    /// <summary>Bytes that ids and metadata may need, after which the rows are weighed.</summary>
    private const long WeighedBytes = 16L * 1024 * 1024;

    private RowStore? _store;
    private RowWriter? _writer;
    private RowPlaces? _places;
    private ShardRows? _rows;
    private long _unweighed;

    /// <summary>Of a shard that is alone in its process, with the budget that a silo has where none is set.</summary>
    public ShardRecovery()
        : this(new(new SiloMemory(0), 0, "this process"))
    {
    }

    public void Begin(RecoveryStart start)
    {
        var settings = start.Settings;
        bool codes = !settings.WithoutCodes;
        _store = settings.Parts is { } parts ? new(parts, codes) : new(settings.Dimension, settings.Metric, codes);
        _rows = new(_store, ShardAttachment.Read(start.Attachment.Span, start.SequenceHighWater), start.IndexEpoch);
        int stored = (int)Math.Min(start.StoredRows, int.MaxValue);
        room.Raise(_store.Snapshot.LeastBytes(stored));
        _writer = _store.BeginWrite();
        _places = _writer.Expect(stored);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Place(int row, ReadOnlySpan<float> vector) => _places!.Put(row, vector);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Put(int row, ReadOnlySpan<RowId> ids, ReadOnlySpan<ulong> sequences, ReadOnlySpan<Metadata> metadata)
    {
        int put = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            _unweighed += RowSnapshot.GrowthBytesOf(ids[i], metadata[i]);
            if (i < ids.Length - 1 && _unweighed < WeighedBytes)
                continue;
            int next = i + 1;
            _writer!.PutPlaced(row + put, ids[put..next], sequences[put..next], metadata[put..next]);
            put = next;
            Weigh();
        }
    }

    public void Put(RowId id, ulong sequence, ReadOnlySpan<float> vector, Metadata metadata)
    {
        _writer!.Put(id, sequence, vector, metadata);
        _unweighed += RowSnapshot.GrowthBytesOf(id, metadata);
        Weigh();
    }

    public void Apply(ShardBatch batch, LogPosition position)
    {
        PublishStored();
        try
        {
            _rows!.Apply(batch);
            room.Raise(_rows.MemoryBytes);
        }
        catch (InvalidDataException e)
        {
            throw new FlatIndexException(FlatIndexException.CorruptData(RecordNames.Log(position), $"has a token that cannot be read: {e.Message}").Error, e);
        }
    }

    /// <summary>The rows, once the log has been read to its end.</summary>
    public ShardRows Finish()
    {
        PublishStored();
        return _rows!;
    }

    private void Weigh()
    {
        if (_unweighed < WeighedBytes)
            return;
        PublishStored();
        _writer = _store!.BeginWrite();
    }

    private void PublishStored()
    {
        if (_writer is null)
            return;
        _writer.Publish();
        _writer.Dispose();
        _writer = null;
        _unweighed = 0;
        room.Raise(_store!.MemoryBytes);
    }
}
