using IqdbFlat.Grains.Indexes;

namespace IqdbFlat.Grains.Tests.Indexes;

public sealed class SequenceLeaseTests
{
    [Fact]
    public void Numbers_follow_each_other_without_a_gap_and_never_pass_the_lease()
    {
        var lease = new SequenceLease(1, 10);

        Assert.Equal((1UL, 5UL), (lease.Take(4), lease.Take(6)));
        Assert.Equal(11 + SequenceLease.Length, lease.Extension(1));
        Assert.Throws<InvalidOperationException>(() => lease.Take(1));
        lease.Extend(11);
        Assert.Equal(11UL, lease.Take(1));
    }
}
