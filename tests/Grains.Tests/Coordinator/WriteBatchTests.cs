using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Coordinator;

namespace IqdbFlat.Grains.Tests.Coordinator;

public sealed class WriteBatchTests
{
    [Fact]
    public void Rows_before_the_first_bad_one_may_go()
    {
        var batch = WriteBatch.Check(Insert([1, 2, RowId.FromBytes([]), 4], [1, 2, 3, 4]), Settings(1));

        Assert.Equal((2, FlatErrorKind.InvalidConfig), (batch.Prefix, batch.Error!.Kind));
    }

    [Fact]
    public void A_component_that_is_not_finite_is_found_in_its_row()
    {
        var batch = WriteBatch.Check(Insert([1, 2], [1, 2, 3, float.NaN]), Settings(2));

        Assert.Equal((1, FlatErrorKind.InvalidVector), (batch.Prefix, batch.Error!.Kind));
    }

    [Fact]
    public void Vectors_of_another_length_are_a_dimension_mismatch()
    {
        var error = Assert.Throws<FlatIndexException>(() => WriteBatch.Check(Insert([1, 2], [1, 2]), Settings(3))).Error;

        Assert.Equal((FlatErrorKind.DimensionMismatch, 3L, 1L), (error.Kind, error.Expected!.Value, error.Found!.Value));
    }

    [Fact]
    public void Metadata_for_some_rows_only_is_refused()
    {
        var request = Insert([1, 2], [1, 2]);

        Assert.Throws<FlatIndexException>(() => WriteBatch.Check(request with { Rows = request.Rows with { Metadata = new([null]) } }, Settings(1)));
    }

    [Fact]
    public void Every_row_of_an_insert_goes_to_its_shard_in_order()
    {
        var slots = SlotMap.Even(3);
        RowId[] ids = [.. Enumerable.Range(0, 200).Select(i => RowId.FromUInt64((ulong)i))];
        var batch = WriteBatch.Check(Insert(ids, new float[200]), Settings(1));

        var byShard = batch.ByShard(slots, 150);

        Assert.Equal(Enumerable.Range(0, 150), byShard.Values.SelectMany(places => places).Order());
        Assert.All(byShard, part => Assert.All(part.Value, place => Assert.Equal(part.Key, slots.ShardOf(ids[place]))));
        Assert.All(byShard.Values, places => Assert.Equal(places.Order(), places));
    }

    [Fact]
    public void An_upsert_that_repeats_an_id_sends_its_last_row_alone()
    {
        var batch = WriteBatch.Check(Insert([1, 2, 1], [1, 2, 3]) with { Mode = WriteMode.Upsert }, Settings(1));

        Assert.Equal([1, 2], batch.ByShard(SlotMap.Even(1), 3)[0]);
    }

    private static WriteRequest Insert(RowId[] ids, float[] vectors) => new()
    {
        Index = "index",
        Mode = WriteMode.Insert,
        Rows = new() { Ids = ids, Vectors = vectors },
        Deadline = TimeSpan.FromSeconds(1),
    };

    private static IndexSettings Settings(int dimension) => new(dimension, Metric.Euclidean, 1);
}
