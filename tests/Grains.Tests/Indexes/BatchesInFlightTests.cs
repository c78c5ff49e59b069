using IqdbFlat.Abstractions;
using IqdbFlat.Grains.Indexes;

namespace IqdbFlat.Grains.Tests.Indexes;

public sealed class BatchesInFlightTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private static readonly ShardToken Token = new(Guid.CreateVersion7(), Number: 1, Part: 0, Payload: 7);

    private readonly Clock _clock = new();
    private readonly BatchesInFlight _batches;

    public BatchesInFlightTests() => _batches = new(_clock, Longest);

    [Fact]
    public void Numbers_of_a_try_that_was_lost_are_known_after_any_time()
    {
        _batches.Begin(5, count: 3, Token);
        _batches.Finish(5, BatchEnd.Unknown);
        _clock.Pass(Longest * 2);
        _batches.Begin(100);
        _batches.Finish(100, BatchEnd.Complete);

        Assert.Equal((0, 5UL), (_batches.Count, _batches.NumbersOf(Token, 3, above: 4)));
    }

    [Fact]
    public void Numbers_of_whoever_died_are_known_after_any_time()
    {
        _batches.Begin(5, count: 3, Token);
        _clock.Pass(Longest * 2);
        _batches.Begin(100);

        // A later try that sends nothing knows nothing of what the one that died has sent.
        _batches.Begin(5, count: 3, Token);
        _batches.Finish(5, BatchEnd.Unsent);

        Assert.Equal(5UL, _batches.NumbersOf(Token, 3, above: 0));
    }

    [Theory]
    [InlineData(BatchEnd.Complete)]
    [InlineData(BatchEnd.Unsent)]
    public void Numbers_that_no_part_can_come_with_any_more_are_forgotten(BatchEnd end)
    {
        _batches.Begin(5, count: 3, Token);
        _batches.Begin(5, count: 3, Token);
        _batches.Finish(5, end);
        Assert.Equal((1, 5UL), (_batches.Count, _batches.NumbersOf(Token, 3, above: 0)));
        _batches.Finish(5, end);
        Assert.Equal((0, null), (_batches.Count, _batches.NumbersOf(Token, 3, above: 0)));
    }

    [Fact]
    public void A_batch_that_is_complete_is_not_lost_whatever_became_of_another_try()
    {
        _batches.Begin(5, count: 3, Token);
        _batches.Finish(5, BatchEnd.Unknown);
        Assert.Equal(1, _batches.Count);
        _batches.Begin(5, count: 3, Token);
        _batches.Finish(5, BatchEnd.Complete);
        Assert.Equal((0, null), (_batches.Count, _batches.NumbersOf(Token, 3, above: 0)));
    }

    [Fact]
    public void Numbers_that_are_too_few_or_too_low_are_not_given_again()
    {
        _batches.Begin(5, count: 3, Token);
        Assert.Null(_batches.NumbersOf(Token, 4, above: 0));
        Assert.Null(_batches.NumbersOf(Token, 3, above: 5));
        Assert.Null(_batches.NumbersOf(Token with { Payload = 8 }, 3, above: 0));

        // Those that take their place outlive the end of the try before.
        _batches.Begin(50, count: 3, Token);
        _batches.Finish(5, BatchEnd.Unsent);
        Assert.Equal(50UL, _batches.NumbersOf(Token, 3, above: 5));
    }

    [Fact]
    public void When_as_many_tokens_are_known_as_may_be_all_are_shut_out_before_one_is_forgotten()
    {
        for (ulong i = 0; !_batches.IsFull; i++)
        {
            _batches.Begin(10 + i, count: 1, Token with { Number = i });
            _batches.Finish(10 + i, BatchEnd.Unknown);
            _clock.Pass(Longest / 100);
            Assert.True(i < 1 << 16);
        }

        Assert.Equal(10UL, _batches.NumbersOf(Token with { Number = 0 }, 1, above: 0));
        _batches.Clear();
        Assert.Equal((0, false, null), (_batches.Count, _batches.IsFull, _batches.NumbersOf(Token with { Number = 0 }, 1, above: 0)));
    }

    private sealed class Clock : TimeProvider
    {
        private TimeSpan _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time) => _now += time;

        public override long GetTimestamp() => _now.Ticks;
    }
}
