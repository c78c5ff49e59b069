using IqdbFlat.Engine.Pruning;

namespace IqdbFlat.Engine.Tests.Pruning;

public class PruningGuardTests
{
    [Fact]
    public void Rests_longer_each_time_that_bounds_do_not_pay()
    {
        var guard = new PruningGuard();
        List<int> rests = [];
        for (int trial = 0; trial < 8; trial++)
        {
            int rest = 0;
            while (!guard.TryNext())
                rest++;
            rests.Add(rest);
            guard.Learn(tested: 100, survived: 21);
        }

        Assert.Equal([0, 4, 8, 16, 32, 64, 64, 64], rests);
    }

    [Fact]
    public void Goes_on_while_bounds_pay_and_forgets_that_they_did_not()
    {
        var guard = new PruningGuard();
        guard.Learn(100, 100);
        Assert.Equal(4, Rest(guard));
        guard.Learn(100, 20);
        Assert.Equal(0, Rest(guard));
        guard.Learn(0, 0);
        Assert.Equal(0, Rest(guard));
        guard.Learn(100, 21);
        Assert.Equal(4, Rest(guard));
    }

    private static int Rest(PruningGuard guard)
    {
        int rest = 0;
        while (!guard.TryNext())
            rest++;
        return rest;
    }
}
