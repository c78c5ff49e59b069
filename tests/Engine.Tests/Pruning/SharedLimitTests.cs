using IqdbFlat.Engine.Pruning;

namespace IqdbFlat.Engine.Tests.Pruning;

public class SharedLimitTests
{
    [Fact]
    public void Keeps_the_smallest_of_what_many_threads_offer()
    {
        var limit = new SharedLimit();
        Assert.Equal(uint.MaxValue, limit.Key);
        Parallel.For(0, 8, thread =>
        {
            for (uint key = 10_000; key > 100; key--)
                limit.Offer(key + (uint)thread);
        });
        Assert.Equal(101u, limit.Key);
        limit.Offer(102);
        Assert.Equal(101u, limit.Key);
    }
}
