using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Tests.Segments;

/// <summary>Vectors that several threads put in place, against rows that one thread puts.</summary>
public class RowPlacesTests
{
    private static readonly VectorParts Parts = new(new VectorPart("a", 40, Metric.Cosine), new VectorPart("b", 20_000, Metric.Euclidean), new VectorPart("c", 3, Metric.Hamming));

    [Theory]
    [InlineData(1, 1, 3_000)]
    [InlineData(2, 33, 3_000)]
    [InlineData(3, 2_048, 1_500)] // 512 rows a segment
    [InlineData(4, 20_000, 300)] // 64 rows a segment
    [InlineData(5, 65_536, 90)] // 16 rows a segment
    [InlineData(6, 0, 300)] // packed rows of several vectors
    [InlineData(7, 32, 40_000, true)] // gathered around centres
    public async Task Rows_of_vectors_that_threads_placed_are_those_that_one_thread_puts_byte_for_byte(int seed, int dimension, int rows, bool gathered = false)
    {
        var random = new RandomRows(seed);
        var made = Rows(random, dimension, rows, gathered);
        var metric = gathered ? Metric.Euclidean : (Metric)random.Random.Next(6);
        var (plain, placed) = (NewStore(dimension, metric), NewStore(dimension, metric));
        using (var writer = plain.BeginWrite())
        {
            writer.Expect(rows);
            foreach (var row in made)
                writer.Put(row.Id, row.Sequence, row.Vector.Span, row.Metadata);
            writer.Publish();
        }

        await PlaceAsync(placed, made, random.Random);
        AssertSame(plain, placed);

        // Both go on alike.
        foreach (var store in new[] { plain, placed })
        {
            using var writer = store.BeginWrite();
            for (int i = 0; i < rows; i += 3)
                writer.Remove(made[i].Id);
            for (int i = 0; i < 40; i++)
                writer.Put(made[i % made.Length].Id, (ulong)(rows + i + 1), made[^1].Vector.Span, made[i % made.Length].Metadata);
            writer.Publish();
        }

        AssertSame(plain, placed);
    }

    [Fact]
    public void A_row_that_is_not_the_next_one_is_refused()
    {
        var store = new RowStore(4, Metric.Euclidean);
        using var writer = store.BeginWrite();
        var places = writer.Expect(3)!;
        for (int row = 0; row < 3; row++)
            places.Put(row, [row, 0, 0, 0]);
        Assert.Equal("The vector of row 1 was placed, and the next row is 0.", Assert.Throws<InvalidOperationException>(() => writer.PutPlaced(1, [7], [1], [Metadata.Empty])).Message);
        writer.PutPlaced(0, [7, 8], [1, 2], [Metadata.Empty, Metadata.Empty]);
        Assert.Throws<InvalidOperationException>(() => writer.PutPlaced(1, [9], [3], [Metadata.Empty]));
        Assert.Throws<InvalidOperationException>(() => writer.PutPlaced(3, [9], [3], [Metadata.Empty]));
        writer.PutPlaced(2, [9], [3], [Metadata.Empty]);
        writer.Publish();
        Assert.Equal([0, 1, 2], store.Snapshot.LiveRows().Select(row => (int)store.Snapshot.Read(row).Vector.Span[0]));
    }

    [Fact]
    public void A_vector_of_another_dimension_and_a_row_beyond_the_last_are_refused()
    {
        using var writer = new RowStore(4, Metric.Euclidean).BeginWrite();
        var places = writer.Expect(3)!;
        Assert.Equal(FlatErrorKind.DimensionMismatch, Assert.Throws<FlatIndexException>(() => places.Put(0, new float[5])).Error.Kind);
        Assert.Throws<ArgumentOutOfRangeException>(() => places.Put(3, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => places.Put(-1, new float[4]));
    }

    [Fact]
    public void An_id_that_repeats_replaces_its_earlier_row()
    {
        var store = new RowStore(4, Metric.Euclidean);
        using var writer = store.BeginWrite();
        var places = writer.Expect(3)!;
        for (int row = 0; row < 3; row++)
            places.Put(row, [row, 0, 0, 0]);
        writer.PutPlaced(0, [7, 8, 7], [1, 2, 3], [Metadata.Empty, Metadata.Empty, Metadata.Empty]);
        writer.Publish();
        Assert.Equal([(8, 1), (7, 2)], store.Snapshot.LiveRows().Select(row => ((int)store.Snapshot.IdOf(row).Number, (int)store.Snapshot.Read(row).Vector.Span[0])));
    }

    [Fact]
    public void Threads_that_ask_for_a_segment_at_once_get_the_same_one()
    {
        using var barrier = new Barrier(3);
        for (int round = 0; round < 300; round++)
        {
            using var writer = new RowStore(4, Metric.Euclidean).BeginWrite();
            var places = writer.Expect(100_000)!;
            var found = new Segment[3];
            Thread[] threads = [.. Enumerable.Range(0, 3).Select(i => new Thread(() =>
            {
                barrier.SignalAndWait();
                found[i] = places.SegmentAt(0);
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            Assert.All(found, segment => Assert.Same(found[0], segment));
        }
    }

    [Fact]
    public void A_store_that_has_rows_has_no_places()
    {
        using var writer = new RowStore(4, Metric.Euclidean).BeginWrite();
        writer.Put(1, 1, new float[4]);
        Assert.Null(writer.Expect(3));
        using var other = new RowStore(4, Metric.Euclidean).BeginWrite();
        Assert.Null(other.Expect(0));
    }

    /// <summary>Chunks are placed by threads in any order; the writer adds the rows of each in order, as soon as they have been placed, and publishes in between.</summary>
    private static async Task PlaceAsync(RowStore store, StoredRow[] rows, Random random)
    {
        var writer = store.BeginWrite();
        try
        {
            var places = writer.Expect(rows.Length)!;
            var chunks = new List<(int First, int Count, TaskCompletionSource Placed)>();
            for (int first = 0; first < rows.Length; first += chunks[^1].Count)
                chunks.Add((first, Math.Min(random.Next(1, 1 + (rows.Length / 8)), rows.Length - first), new(TaskCreationOptions.RunContinuationsAsynchronously)));
            int[] order = [.. Enumerable.Range(0, chunks.Count)];
            random.Shuffle(order);
            var placing = Task.Run(() => Parallel.ForEach(order, new ParallelOptions { MaxDegreeOfParallelism = 4 }, chunk =>
            {
                var (first, count, placed) = chunks[chunk];
                try
                {
                    for (int row = first; row < first + count; row++)
                        places.Put(row, rows[row].Vector.Span);
                    placed.SetResult();
                }
                catch (Exception failure)
                {
                    placed.SetException(failure);
                }
            }));
            foreach (var (first, count, placed) in chunks)
            {
                await placed.Task.WaitAsync(TimeSpan.FromMinutes(2));
                var some = rows.AsSpan(first, count).ToArray();
                writer.PutPlaced(first, [.. some.Select(row => row.Id)], [.. some.Select(row => row.Sequence)], [.. some.Select(row => row.Metadata)]);
                if (random.Next(3) != 0)
                    continue;
                writer.Publish();
                writer.Dispose();
                writer = store.BeginWrite();
            }

            await placing;
            writer.Publish();
        }
        finally
        {
            writer.Dispose();
        }
    }

    private static unsafe void AssertSame(RowStore expected, RowStore found)
    {
        var (left, right) = (expected.Snapshot, found.Snapshot);
        Assert.Equal(left.Count, right.Count);
        Assert.Equal(left.MemoryBytes, right.MemoryBytes);
        Assert.Equal(left.LiveRows(), right.LiveRows());
        for (int number = 0; number < left.Views.Length; number++)
        {
            var (one, other) = (left.Views[number], right.Views[number]);
            Assert.Equal(one is null, other is null);
            if (one is null)
                continue;
            Assert.Equal((one.Count, one.DeadCount, one.MinSequence, one.MaxSequence), (other!.Count, other.DeadCount, other.MinSequence, other.MaxSequence));
            Assert.True(Bytes(one.Segment.Memory.Rows, one.Count * left.Layout.RowBytes).SequenceEqual(Bytes(other.Segment.Memory.Rows, one.Count * left.Layout.RowBytes)), $"rows of segment {number}");
            Assert.Equal(one.Segment.Codes?.ByteCount, other.Segment.Codes?.ByteCount);
            for (int offset = 0; offset < one.Count; offset++)
            {
                Assert.True(left.Layout.Codes.BytesFor(one.Segment.Capacity) == 0 || CodesOf(one.Segment, left.Layout, offset).SequenceEqual(CodesOf(other.Segment, left.Layout, offset)), $"codes of {number}:{offset}");
                Assert.Equal(one.Segment.Labels?[offset], other.Segment.Labels?[offset]);
                Assert.Equal((one.Segment.IdAt(offset), one.Segment.SequenceAt(offset)), (other.Segment.IdAt(offset), other.Segment.SequenceAt(offset)));
                Assert.Equal(one.Segment.MetadataAt(offset).ToString(), other.Segment.MetadataAt(offset).ToString());
            }

            for (int part = 0; part < (left.Parts?.Count ?? 0); part++)
                Assert.Equal(one.Segment.PresentOf(part), other.Segment.PresentOf(part));
            GC.KeepAlive(one);
            GC.KeepAlive(other);
        }

        foreach (int row in left.LiveRows())
        {
            Assert.True(right.TryFind(left.IdOf(row), out int there));
            Assert.Equal(row, there);
        }
    }

    private static unsafe ReadOnlySpan<byte> Bytes(void* from, int count) => new(from, count);

    /// <summary>Codes and terms of a row, as one.</summary>
    private static unsafe byte[] CodesOf(Segment segment, SegmentLayout layout, int offset)
    {
        var codes = layout.Codes;
        byte* block = segment.Codes!.Blocks + codes.BlockOf(offset);
        int at = offset % codes.BlockRows;
        byte[] terms = [.. Enumerable.Range(0, 3).SelectMany(term => BitConverter.GetBytes(((int*)block)[(term * codes.BlockRows) + at]))];
        return [.. terms, .. Bytes(block + codes.TermBytes + ((long)at * codes.Stride), codes.Stride)];
    }

    private static RowStore NewStore(int dimension, Metric metric) => dimension == 0 ? new(Parts) : new(dimension, metric);

    private static StoredRow[] Rows(RandomRows random, int dimension, int count, bool gathered)
    {
        float[][] centres = [.. Enumerable.Range(0, 20).Select(_ => gathered ? random.Vector(dimension) : [])];
        return [.. Enumerable.Range(0, count).Select(row => new StoredRow(
            row % 3 == 0 ? RowId.FromBytes(BitConverter.GetBytes(row)) : RowId.FromUInt64((ulong)row),
            dimension == 0 ? Packed(random) : gathered ? [.. centres[row % 20].Select(x => (100 * x) + (random.Random.NextSingle() / 100))] : random.Vector(dimension),
            random.Metadata() ?? Metadata.Empty,
            (ulong)row + 1))];
    }

    private static float[] Packed(RandomRows random) => Parts.Pack(
        new[] { "a", "b", "c" }.Where(name => name == "a" || random.Random.Next(3) > 0).Select(name => (name, (ReadOnlyMemory<float>?)random.Vector(Parts[name switch { "a" => 0, "b" => 1, _ => 2 }].Dimension))));
}
