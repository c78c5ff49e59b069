using CsCheck;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Tests.TopK;

public class BoundedTopKTests
{
    private static readonly float[] Distances =
        [float.NegativeInfinity, -1.0f, -0.0f, 0.0f, 1.0f, 1.5f, 2.0f, float.PositiveInfinity, BitConverter.UInt32BitsToSingle(0x7FC00000)];

    /// <summary>Few distinct distances, the odd ones among them, so that ties stand at every place.</summary>
    private static readonly Gen<uint> Keys = Gen.Int[0, 8].Select(i => DistanceOrder.KeyOf(Distances[i]));

    private static readonly Gen<Candidate[]> Offers = Gen.OneOf(Keys, Gen.UInt[0, 0xFFC00000]).Array[0, 300].SelectMany(
        keys => Gen.Shuffle(Enumerable.Range(0, keys.Length).ToArray()).Select(
            sequences => keys.Select((key, i) => new Candidate(key, i, (ulong)sequences[i])).ToArray()));

    /// <summary>Enough of them that a k past the heap is selected again and again.</summary>
    private static readonly Gen<Candidate[]> ManyOffers = Gen.OneOf(Keys, Gen.UInt[0, 0xFFC00000]).Array[0, 3_000].SelectMany(
        keys => Gen.Shuffle(Enumerable.Range(0, keys.Length).ToArray()).Select(
            sequences => keys.Select((key, i) => new Candidate(key, i, (ulong)sequences[i])).ToArray()));

    [Fact]
    public void Many_are_held_as_few_are() => Gen.Select(ManyOffers, Gen.Int[BoundedTopK.MostInHeap - 1, 400], Gen.Int[1, 3]).Sample((offers, capacity, parts) =>
    {
        BoundedTopK merged = new(capacity);
        foreach (IGrouping<int, Candidate> part in offers.GroupBy(offer => offer.Row % parts))
        {
            BoundedTopK top = new(capacity);
            foreach (Candidate offer in part)
            {
                uint worst = top.WorstKey;
                top.Offer(offer.Key, offer.Sequence, offer.Row);
                Assert.True(top.WorstKey <= worst);
            }

            Assert.Equal(part.Order().Take(capacity), top.ToSortedArray());
            Assert.Equal(Math.Min(capacity, part.Count()), top.Count);
            merged.Merge(top);
        }

        Assert.Equal(offers.Order().Take(capacity), merged.ToSortedArray());
    }, iter: 300);

    [Theory]
    [InlineData(65)]
    [InlineData(1_000)]
    [InlineData(10_000)]
    public void Orders_that_selection_may_be_slow_on_give_the_same(int capacity)
    {
        const int Count = 40_000;
        Func<int, uint>[] orders = [i => (uint)i, i => (uint)(Count - i), _ => 7, i => (uint)(i % 2), i => (uint)Math.Abs((Count / 2) - i), i => (uint)(i * 2_654_435_761L % 1_000)];
        foreach (var order in orders)
        {
            Candidate[] offers = [.. Enumerable.Range(0, Count).Select(i => new Candidate(order(i), i, (ulong)(Count - i)))];
            BoundedTopK top = new(capacity);
            foreach (Candidate offer in offers)
            {
                top.Offer(offer.Key, offer.Sequence, offer.Row);
            }

            Assert.Equal(offers.Order().Take(capacity), top.ToSortedArray());
        }
    }

    [Fact]
    public void The_worst_key_of_many_lags_by_a_quarter_at_the_most()
    {
        const int Capacity = 1_000;
        Random random = new(1);
        BoundedTopK top = new(Capacity);
        List<uint> all = [];
        for (int i = 0; i < 50_000; i++)
        {
            uint key = (uint)random.Next();
            all.Add(key);
            top.Offer(key, (ulong)i, i);
            if (i % 5_000 == 4_999)
            {
                uint[] nearest = [.. all.Order().Take(Capacity + (Capacity / 4))];
                Assert.InRange(top.WorstKey, nearest[Capacity - 1], nearest[^1]);
            }
        }
    }

    [Fact]
    public void What_is_held_is_the_head_of_the_sorted_offers() => Gen.Select(Offers, Gen.Int[0, 320]).Sample((offers, capacity) =>
    {
        BoundedTopK top = new(capacity);
        foreach (Candidate offer in offers)
        {
            top.Offer(offer.Key, offer.Sequence, offer.Row);
        }

        Assert.Equal(offers.Order().Take(capacity), top.ToSortedArray());
        Assert.Equal(Math.Min(capacity, offers.Length), top.Count);
    });

    [Fact]
    public void Merged_parts_hold_what_one_would() => Gen.Select(Offers, Gen.Int[1, 50], Gen.Int[1, 5]).Sample((offers, capacity, parts) =>
    {
        BoundedTopK merged = new(capacity);
        foreach (IGrouping<int, Candidate> part in offers.GroupBy(offer => offer.Row % parts))
        {
            BoundedTopK top = new(capacity);
            foreach (Candidate offer in part)
            {
                top.Offer(offer.Key, offer.Sequence, offer.Row);
            }

            merged.Merge(top);
        }

        Assert.Equal(offers.Order().Take(capacity), merged.ToSortedArray());
    });

    [Fact]
    public void The_worst_key_never_turns_away_a_hit() => Gen.Select(Offers, Gen.Int[1, 50]).Sample((offers, capacity) =>
    {
        BoundedTopK top = new(capacity);
        foreach (Candidate offer in offers)
        {
            uint worst = top.WorstKey;
            Assert.Equal(top.Count < capacity ? uint.MaxValue : top.ToSortedArray()[^1].Key, worst);
            top.Offer(offer.Key, offer.Sequence, offer.Row);
            if (offer.Key > worst)
            {
                Assert.DoesNotContain(offer, top.ToSortedArray());
            }
        }
    });

    [Fact]
    public void Tie_at_the_kth_place_goes_to_the_earlier_row()
    {
        BoundedTopK top = new(2);
        top.Offer(7, sequence: 9, row: 0);
        top.Offer(7, sequence: 8, row: 1);
        top.Offer(7, sequence: 3, row: 2);
        top.Offer(7, sequence: 5, row: 3);
        Assert.Equal([new Candidate(7, 2, 3), new Candidate(7, 3, 5)], top.ToSortedArray());
    }

    [Fact]
    public void Rows_that_come_nearer_and_nearer_all_enter()
    {
        BoundedTopK top = new(100);
        for (int i = 0; i < 10_000; i++)
        {
            top.Offer((uint)(10_000 - i), (ulong)i, i);
        }

        Assert.Equal(Enumerable.Range(1, 100).Select(key => (uint)key), top.ToSortedArray().Select(candidate => candidate.Key));
    }

    [Fact]
    public void A_huge_capacity_costs_what_is_held()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        BoundedTopK top = new(int.MaxValue);
        for (int i = 0; i < 1_000; i++)
        {
            top.Offer((uint)i, (ulong)i, i);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(1_000, top.Count);
        Assert.Equal(uint.MaxValue, top.WorstKey);
        Assert.InRange(allocated, 0, 64 * 1024);
    }

    [Fact]
    public void No_room_holds_nothing()
    {
        BoundedTopK top = new(0);
        top.Offer(0, 0, 0);
        top.Offer(5, 1, 1);
        Assert.Empty(top.ToSortedArray());
    }
}
