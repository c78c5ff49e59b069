using System.Runtime.InteropServices;
using IqdbFlat.Engine.Scan;

namespace IqdbFlat.Engine.Tests.Scan;

public unsafe class ReadBandwidthProbeTests
{
    [Theory]
    [InlineData(512)]
    [InlineData(4096)]
    [InlineData(3 * 512)]
    public void Every_word_is_read_once(int bytes)
    {
        ulong[] words = new ulong[(bytes / 8) + 1];
        new Random(5).NextBytes(MemoryMarshal.AsBytes(words.AsSpan()));
        ulong expected = words[..^1].Aggregate(0UL, (all, word) => all ^ word);
        fixed (ulong* start = words)
        {
            Assert.Equal(expected, ReadBandwidthProbe.Read((byte*)start, bytes));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Bytes_for_each_second_of_the_clock_are_returned(int threads)
    {
        byte[] memory = new byte[1 << 16];
        fixed (byte* start = memory)
        {
            double perThread = memory.Length / threads / 512 * 512;
            Assert.Equal(perThread * threads / 2, ReadBandwidthProbe.Measure(start, memory.Length, threads, new TwoSecondSteps()), 6);
        }
    }

    [Fact]
    public void Too_little_memory_and_no_thread_are_refused()
    {
        byte* nowhere = null;
        Assert.Throws<ArgumentOutOfRangeException>(() => ReadBandwidthProbe.Measure(nowhere, 1 << 20, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReadBandwidthProbe.Measure(nowhere, 1023, 2));
    }

    [Fact]
    public void Threads_that_started_are_stopped_where_a_later_one_cannot_start()
    {
        byte[] memory = new byte[1 << 16];
        List<Thread> started = [];
        fixed (byte* start = memory)
        {
            void* first = start;
            Assert.Throws<OutOfMemoryException>(() => ReadBandwidthProbe.Measure(first, 1 << 16, 4, StartTwo));
        }

        Assert.Equal(2, started.Count);
        Assert.All(started, thread => Assert.False(thread.IsAlive));

        void StartTwo(Thread thread)
        {
            if (started.Count == 2)
            {
                throw new OutOfMemoryException();
            }

            thread.Start();
            started.Add(thread);
        }
    }

    /// <summary>A clock on which two seconds pass between one look and the next.</summary>
    private sealed class TwoSecondSteps : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds += 2;
    }
}
