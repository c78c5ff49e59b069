using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Client.Batches;

/// <summary>Gathers rows into the columns of one message, up to its limits. Vectors are copied; the rows were checked.</summary>
internal sealed class RowBlockBuilder
{
    private readonly int _dimension;
    private readonly int _maxBytes;
    private readonly List<RowId> _ids;
    private readonly float[] _vectors;
    private Metadata?[]? _metadata;
    private long _bytes;

    /// <summary>Makes room for at most <paramref name="rows"/> rows, fewer where the limits say so.</summary>
    public RowBlockBuilder(int dimension, MessageLimits limits, int rows)
    {
        _dimension = dimension;
        _maxBytes = limits.Bytes;
        Capacity = CapacityOf(dimension, limits, rows);
        _ids = new(Capacity);
        _vectors = GC.AllocateUninitializedArray<float>(Capacity * dimension);
    }

    public int Capacity { get; }

    public int Count => _ids.Count;

    /// <summary>Adds a row, unless the message is full. The first row always fits.</summary>
    public bool TryAdd(in Row row)
    {
        long bytes = BytesOf(row, _dimension);
        if (Count > 0 && (Count == Capacity || _bytes + bytes > _maxBytes))
            return false;
        row.Vector.Span.CopyTo(_vectors.AsSpan(Count * _dimension, _dimension));
        if (row.Metadata is { Count: > 0 })
            (_metadata ??= new Metadata?[Capacity])[Count] = row.Metadata;
        _ids.Add(row.Id);
        _bytes += bytes;
        return true;
    }

    /// <summary>How many messages rows are cut into.</summary>
    public static int Blocks(int dimension, MessageLimits limits, IReadOnlyList<Row> rows)
    {
        int blocks = 0;
        for (int sent = 0; sent < rows.Count; blocks++)
        {
            int count = 1;
            int capacity = CapacityOf(dimension, limits, rows.Count - sent);
            for (long bytes = BytesOf(rows[sent], dimension); sent + count < rows.Count && count < capacity; count++)
            {
                bytes += BytesOf(rows[sent + count], dimension);
                if (bytes > limits.Bytes)
                    break;
            }

            sent += count;
        }

        return blocks;
    }

    private static int CapacityOf(int dimension, MessageLimits limits, int rows) =>
        Math.Clamp(limits.Bytes / (dimension * sizeof(float)), 1, Math.Min(limits.Rows, rows));

    private static long BytesOf(in Row row, int dimension) =>
        ((long)dimension * sizeof(float)) + BinaryForm.SizeOf(row.Id) + (row.Metadata is { Count: > 0 } some ? BinaryForm.SizeOf(some) : 0);

    /// <summary>The columns. The builder is used up.</summary>
    public RowBlock Build() => new()
    {
        Ids = _ids.ToArray(),
        Vectors = new FloatVector(_vectors.AsMemory(0, Count * _dimension)),
        Metadata = _metadata is null ? new MetadataColumn([]) : _metadata[..Count],
    };
}
