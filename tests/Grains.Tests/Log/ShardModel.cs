using System.Globalization;
using System.Text;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;

namespace IqdbFlat.Grains.Tests.Log;

/// <summary>The rows of a shard as a plain dictionary: the oracle of what the log must bring back.</summary>
internal sealed class ShardModel : IShardRecovery, ILiveRows
{
    private readonly SortedDictionary<string, StoredRow> _rows = new(StringComparer.Ordinal);

    public RecoveryStart? Start { get; private set; }

    public int FromSegments { get; private set; }

    public List<LogPosition> Applied { get; } = [];

    public int Count => _rows.Count;

    public IEnumerable<ulong> Sequences => [.. _rows.Values.Select(row => row.Sequence)];

    public IEnumerable<StoredRow> Rows(IReadOnlySet<ulong> wanted) => [.. _rows.Values.Where(row => wanted.Contains(row.Sequence))];

    public void Begin(RecoveryStart start) => Start = Start is null ? start : throw new InvalidOperationException("Begun twice.");

    public void Put(RowId id, ulong sequence, ReadOnlySpan<float> vector, Metadata metadata)
    {
        _rows.Add(Key(id), new StoredRow(id, vector.ToArray(), metadata, sequence));
        FromSegments++;
    }

    public void Apply(ShardBatch batch, LogPosition position)
    {
        Applied.Add(position);
        Apply(batch);
    }

    public void Apply(ShardBatch batch)
    {
        foreach (var operation in batch.Operations)
        {
            switch (operation.Kind)
            {
                case ShardOperationKind.Put:
                    _rows[Key(operation.Id)] = new StoredRow(operation.Id, operation.Vector.ToArray(), operation.Metadata, operation.Number);
                    break;
                case ShardOperationKind.Remove:
                    _rows.Remove(Key(operation.Id));
                    break;
                case ShardOperationKind.Clear:
                    _rows.Clear();
                    break;
            }
        }
    }

    public ShardModel Copy()
    {
        var copy = new ShardModel();
        foreach (var (key, row) in _rows)
            copy._rows.Add(key, row);
        return copy;
    }

    /// <summary>Every row with all of its bits, in the order of ids.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        foreach (var row in _rows.Values)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Key(row.Id)} #{row.Sequence}");
            foreach (float value in row.Vector.Span)
                text.Append(CultureInfo.InvariantCulture, $" {BitConverter.SingleToUInt32Bits(value):x8}");
            foreach (var (field, value) in row.Metadata)
                text.Append(CultureInfo.InvariantCulture, $" {field}={value.Kind}:{value}");
            text.AppendLine();
        }

        return text.ToString();
    }

    private static string Key(RowId id) => (id.IsBytes ? "b" : "n") + id;
}
