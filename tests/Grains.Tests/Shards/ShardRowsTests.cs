using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Grains.Shards;

namespace IqdbFlat.Grains.Tests.Shards;

/// <summary>Writes that cross on the way: numbers decide, not arrival.</summary>
public sealed class ShardRowsTests
{
    private readonly ShardRows _rows = new(new RowStore(1, Metric.Euclidean), new Removals(), 1);

    [Fact]
    public void A_late_upsert_of_a_lower_number_is_acknowledged_and_changes_nothing()
    {
        Write(WriteMode.Upsert, 1, 10);

        var reply = Write(WriteMode.Upsert, 1, 9);

        Assert.Equal((1, 10UL), (reply.Applied, SequenceOf(1)));
    }

    [Fact]
    public void A_late_upsert_does_not_bring_a_removed_row_back()
    {
        Write(WriteMode.Upsert, 1, 2);
        Write(WriteMode.Delete, 1, 7);

        var reply = Write(WriteMode.Upsert, 1, 5);

        Assert.Equal((1, 0UL), (reply.Applied, SequenceOf(1)));
        Assert.Equal(8UL, WriteThen(WriteMode.Insert, 1, 8));
    }

    [Fact]
    public void A_late_delete_leaves_the_newer_row()
    {
        Write(WriteMode.Upsert, 1, 2);
        Write(WriteMode.Upsert, 1, 8);

        Assert.Equal(1, Write(WriteMode.Delete, 1, 7).Applied);
        Assert.Equal(8UL, SequenceOf(1));
    }

    [Fact]
    public void A_late_clear_leaves_newer_rows_and_an_insert_from_before_it_stays_out()
    {
        Write(WriteMode.Insert, 1, 2);
        Write(WriteMode.Insert, 2, 9);

        Apply(new() { IndexEpoch = 1, Mode = WriteMode.Clear, Rows = Block([]), Sequences = new([5]), StopAtFirst = false });
        Write(WriteMode.Insert, 3, 4);

        Assert.Equal((0UL, 9UL, 0UL), (SequenceOf(1), SequenceOf(2), SequenceOf(3)));
    }

    [Fact]
    public void A_change_of_metadata_keeps_sequence_and_vector()
    {
        Write(WriteMode.Insert, 1, 2);
        Apply(new()
        {
            IndexEpoch = 1,
            Mode = WriteMode.UpdateMetadata,
            Rows = new() { Ids = new RowId[] { 1 }, Vectors = new(ReadOnlyMemory<float>.Empty), Metadata = new[] { Metadata.From(("a", 1L)) } },
            Sequences = new([3]),
            StopAtFirst = false,
        });

        Assert.True(_rows.Snapshot.TryFind(1, out int row));
        var stored = _rows.Snapshot.Read(row);
        Assert.Equal((2UL, 2f, 1L), (stored.Sequence, stored.Vector.Span[0], stored.Metadata["a"].AsInt));
    }

    [Fact]
    public void A_late_change_of_metadata_leaves_the_newer_row_as_it_is()
    {
        Write(WriteMode.Upsert, 1, 8);

        var plan = Apply(new()
        {
            IndexEpoch = 1,
            Mode = WriteMode.UpdateMetadata,
            Rows = new() { Ids = new RowId[] { 1 }, Vectors = new(ReadOnlyMemory<float>.Empty), Metadata = new[] { Metadata.From(("a", 1L)) } },
            Sequences = new([7]),
            StopAtFirst = false,
        });

        Assert.Equal((1, 0), (plan.Applied, plan.Refused.Length));
        Assert.True(_rows.Snapshot.TryFind(1, out int row));
        Assert.Same(Metadata.Empty, _rows.Snapshot.Read(row).Metadata);
    }

    [Fact]
    public void The_first_refused_row_stops_those_after_it_only_where_it_was_asked_for()
    {
        Write(WriteMode.Insert, 2, 1);
        var write = new ShardWrite { IndexEpoch = 1, Mode = WriteMode.Insert, Rows = Block([1, 2, 3]), Sequences = new([2, 3, 4]), StopAtFirst = true };

        var (stopping, going) = (_rows.Plan(write), _rows.Plan(write with { StopAtFirst = false }));

        Assert.Equal((1, 1), (stopping.Applied, Assert.Single(stopping.Refused)));
        Assert.Equal((2, 1), (going.Applied, Assert.Single(going.Refused)));
    }

    [Fact]
    public void A_newer_index_epoch_is_recorded_with_the_batch_that_brings_it()
    {
        Apply(new() { IndexEpoch = 4, Mode = WriteMode.Insert, Rows = Block([1]), Sequences = new([1]), StopAtFirst = false });

        Assert.Equal(4UL, _rows.IndexEpoch);
    }

    private static RowBlock Block(RowId[] ids) => new() { Ids = ids, Vectors = ids.Select(id => (float)id.Number).ToArray() };

    private ulong SequenceOf(RowId id) => _rows.Snapshot.TryFind(id, out int row) ? _rows.Snapshot.SequenceOf(row) : 0;

    private ShardPlan Write(WriteMode mode, ulong id, ulong number)
    {
        var vectors = new float[] { number };
        return Apply(new()
        {
            IndexEpoch = 1,
            Mode = mode,
            Rows = new() { Ids = new RowId[] { id }, Vectors = vectors },
            Sequences = new([number]),
            StopAtFirst = true,
        });
    }

    private ulong WriteThen(WriteMode mode, ulong id, ulong number)
    {
        Write(mode, id, number);
        return SequenceOf(id);
    }

    private ShardPlan Apply(ShardWrite write)
    {
        var plan = _rows.Plan(write);
        _rows.Apply(plan.Batch);
        return plan;
    }
}
