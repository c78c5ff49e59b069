using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Grains.Shards;

namespace IqdbFlat.Grains.Tests.Shards;

/// <summary>Writes that cross on the way: numbers decide, not arrival.</summary>
public sealed class ShardRowsTests
{
    private ShardRows _rows = new(new RowStore(1, Metric.Euclidean), new(), 1);

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
    public void A_late_removal_by_a_filter_leaves_newer_rows_and_keeps_those_it_removed_out()
    {
        Write(WriteMode.Insert, 1, 2);
        Write(WriteMode.Insert, 2, 9);

        var everything = Filter.Not(Filter.Or());
        var reply = Apply(new() { IndexEpoch = 1, Mode = WriteMode.DeleteMatching, Filter = everything, Rows = Block([]), Sequences = new([5]), StopAtFirst = false });
        Write(WriteMode.Upsert, 1, 4);

        Assert.Equal((1, 0UL, 9UL), (reply.Applied, SequenceOf(1), SequenceOf(2)));
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

    /// <summary>However many rows go at once: what the shard has forgotten of them, it does not take back.</summary>
    [Theory]
    [InlineData("bulk delete")]
    [InlineData("bulk delete, then restart")]
    [InlineData("clear")]
    [InlineData("clear, then restart")]
    [InlineData("deletes one by one, then restart")]
    public void A_late_write_brings_nothing_back_whatever_was_removed_since(string how)
    {
        const int Rows = Removals.Capacity + 1_000;
        RowId[] ids = [.. Enumerable.Range(0, Rows).Select(i => (RowId)(ulong)i)];
        ulong[] numbers = [.. Enumerable.Range(0, Rows).Select(i => 100_000 + (ulong)i)];
        Apply(new() { IndexEpoch = 1, Mode = WriteMode.Insert, Rows = Block(ids), Sequences = numbers, StopAtFirst = false });
        ulong[] later = [.. numbers.Select(number => number + 100_000)];
        if (how.StartsWith("bulk", StringComparison.Ordinal))
        {
            Apply(new() { IndexEpoch = 1, Mode = WriteMode.DeleteIfPresent, Rows = OnlyIds(ids), Sequences = later, StopAtFirst = false });
        }
        else if (how.StartsWith("clear", StringComparison.Ordinal))
        {
            Apply(new() { IndexEpoch = 1, Mode = WriteMode.Clear, Rows = Block([]), Sequences = new([later[^1]]), StopAtFirst = false });
        }
        else
        {
            for (int i = 0; i < Rows; i++)
                Apply(new() { IndexEpoch = 1, Mode = WriteMode.Delete, Rows = OnlyIds([ids[i]]), Sequences = new([later[i]]), StopAtFirst = false });
        }

        if (how.EndsWith("restart", StringComparison.Ordinal))
            _rows = new(new RowStore(1, Metric.Euclidean), ShardAttachment.Read(_rows.Attachment.Span, later[^1]), 1);
        foreach (ulong id in new ulong[] { 0, 1, 500, Rows - 1 })
        {
            foreach (var mode in new[] { WriteMode.Insert, WriteMode.Upsert })
            {
                var late = Record.Exception(() => Write(mode, id, 99_999 + id));
                Assert.True(late is null or FlatIndexException { Kind: FlatErrorKind.Timeout, Error.MayHaveBeenApplied: false }, late?.ToString());
                Assert.Equal(0UL, SequenceOf(id));
            }
        }

        Assert.Equal(1_000_000UL, WriteThen(WriteMode.Insert, 0, 1_000_000));
    }

    [Fact]
    public void A_row_of_a_number_that_may_have_been_removed_is_refused_whole_and_a_newer_number_is_taken()
    {
        for (ulong i = 0; i <= Removals.Capacity; i++)
        {
            Write(WriteMode.Upsert, i, 2 * i + 1);
            Write(WriteMode.Delete, i, 2 * i + 2);
        }

        Assert.Equal(2UL, _rows.Floor);
        var write = new ShardWrite { IndexEpoch = 1, Mode = WriteMode.Upsert, Rows = Block([900_001, 900_002]), Sequences = new([1, 3]), StopAtFirst = false };
        var error = Assert.Throws<FlatIndexException>(() => Apply(write));
        Assert.Equal((FlatErrorKind.Timeout, false), (error.Kind, error.Error.MayHaveBeenApplied));
        Assert.Equal(0, _rows.Snapshot.Count);
        Assert.Equal(2, Apply(write with { Sequences = new([3, 4]) }).Applied);
        Assert.Equal(2, _rows.Snapshot.Count);
    }

    [Fact]
    public void Under_a_token_the_answer_is_kept_whatever_it_is()
    {
        var token = new ShardToken(Guid.CreateVersion7(), 1, 0, 77);
        Write(WriteMode.Insert, 2, 1);
        var write = new ShardWrite
        {
            IndexEpoch = 1,
            Mode = WriteMode.Insert,
            Rows = Block([1, 2, 3]),
            Sequences = new([2, 3, 4]),
            StopAtFirst = true,
            Token = token,
            Cut = 3,
            First = 2,
        };
        Assert.Null(_rows.AnswerOf(token));
        Apply(write);
        Write(WriteMode.Delete, 2, 9);

        foreach (var rows in new[] { _rows, new(new RowStore(1, Metric.Euclidean), ShardAttachment.Read(_rows.Attachment.Span, 9), 1) })
        {
            var kept = rows.AnswerOf(token)!;
            Assert.Equal((3, 1, 1, 2UL), (kept.Cut, kept.Applied, Assert.Single(kept.Refused), kept.First));
            Assert.Equal(FlatErrorKind.InvalidConfig, Assert.Throws<FlatIndexException>(() => rows.AnswerOf(token with { Payload = 78 })).Kind);
        }
    }

    private static RowBlock OnlyIds(RowId[] ids) => new() { Ids = ids, Vectors = new(ReadOnlyMemory<float>.Empty) };

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
