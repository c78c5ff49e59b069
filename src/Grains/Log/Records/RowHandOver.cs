using System.Runtime.CompilerServices;

namespace IqdbFlat.Grains.Log.Records;

/// <summary>
/// Hands the rows of a stored segment over: one by one with their vectors; or, where those have been put in place before, some at a time without.
/// </summary>
/// <param name="segment">The segment.</param>
/// <param name="vectors">Its vectors, in its record.</param>
/// <param name="dimension">Components of each.</param>
internal sealed class RowHandOver(StoredSegment segment, ReadOnlyMemory<byte> vectors, int dimension)
{
    private const int AtOnce = 64;

    private readonly int _vectorBytes = dimension * sizeof(float);
    private ReadOnlyMemory<byte> _vectors = vectors;
    private float[]? _vector;
    private IPlacedRecovery? _placed;
    private int _first;
    private RowId[] _ids = [];
    private ulong[] _sequences = [];
    private Metadata[] _metadata = [];
    private int _waiting;

    /// <summary>Live rows that have been handed over.</summary>
    public int Delivered { get; private set; }

    /// <summary>Puts the vectors of the live rows at their places, of which the first has a number. Any thread, once.</summary>
    /// <param name="first">The number of the first.</param>
    /// <param name="target">Who takes them.</param>
    /// <param name="labels">
    /// What else of the record is needed until the rows are handed over. It becomes a copy where the vectors were most of the record, which nothing holds then: a record may wait
    /// for those before it, and its rows have their places.
    /// </param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Place(int first, IPlacedRecovery target, ref ReadOnlyMemory<byte> labels)
    {
        int place = first;
        for (int row = 0; row < segment.Rows; row++)
        {
            if (!segment.IsDead(row))
                target.Place(place++, At(row));
        }

        (_placed, _first) = (target, first);
        if (labels.Length < _vectors.Length)
            labels = labels.ToArray();
        _vectors = default;
    }

    /// <summary>Hands a row over, unless it is dead.</summary>
    /// <param name="row">Its number in the segment.</param>
    /// <param name="id">Its id.</param>
    /// <param name="sequence">Its sequence.</param>
    /// <param name="metadata">Its metadata.</param>
    /// <param name="target">Who takes it; where vectors have been placed, the one who took those.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int row, in RowId id, ulong sequence, Metadata metadata, IShardRecovery target)
    {
        if (segment.IsDead(row))
            return;
        if (_placed is null)
        {
            target.Put(id, sequence, At(row), metadata);
            Delivered++;
            return;
        }

        if (_waiting == _ids.Length)
            MakeRoom();
        _ids[_waiting] = id;
        _sequences[_waiting] = sequence;
        _metadata[_waiting++] = metadata;
    }

    /// <summary>Hands over what waits.</summary>
    public void Flush()
    {
        if (_waiting == 0)
            return;
        _placed!.Put(_first + Delivered, _ids.AsSpan(0, _waiting), _sequences.AsSpan(0, _waiting), _metadata.AsSpan(0, _waiting));
        Delivered += _waiting;
        _waiting = 0;
    }

    private void MakeRoom()
    {
        Flush();
        if (_ids.Length == 0)
            (_ids, _sequences, _metadata) = (new RowId[AtOnce], new ulong[AtOnce], new Metadata[AtOnce]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<float> At(int row) => FloatForm.View(_vectors.Span.Slice(row * _vectorBytes, _vectorBytes), ref _vector);
}
