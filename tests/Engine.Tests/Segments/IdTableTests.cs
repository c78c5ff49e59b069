using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Tests.Segments;

public class IdTableTests
{
    /// <summary>
    /// The hash of an id is public and can be turned round, so anybody can name ids that agree in the bits that a bucket would be taken from;
    /// one chain of them all would make each write walk over every one.
    /// </summary>
    [Theory]
    [InlineData(44)]
    [InlineData(32)]
    [InlineData(12)]
    public void Ids_chosen_by_their_hash_do_not_share_a_bucket(int shift)
    {
        const int Ids = 4_096;
        RowId[] ids = [.. Enumerable.Range(0, Ids).Select(i => (RowId)WithHash(((ulong)i << shift) | 5))];
        Assert.All(ids, (id, i) => Assert.Equal(((ulong)i << shift) | 5, RowIdHash.Compute(id)));
        var table = new IdTable(new SegmentLayout(1), Ids);
        int fullest = ids.GroupBy(id => table.BucketOf(id)).Max(bucket => bucket.Count());
        Assert.True(fullest <= 32, $"{fullest} of {Ids} ids in one bucket");
    }

    /// <summary>The inverse of SplitMix64's finalizer.</summary>
    private static ulong WithHash(ulong hash)
    {
        ulong x = Unshift(hash, 31) * 0x3196_42B2_D24D_8EC3UL;
        x = Unshift(x, 27) * 0x96DE_1B17_3F11_9089UL;
        return Unshift(x, 30) - 0x9E37_79B9_7F4A_7C15UL;

        static ulong Unshift(ulong x, int by)
        {
            ulong result = x;
            for (int done = by; done < 64; done += by)
                result = x ^ (result >> by);
            return result;
        }
    }
}
