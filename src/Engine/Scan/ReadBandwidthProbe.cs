using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Scan;

/// <summary>What this machine can read from memory, to hold scans against: the widest loads there are, eight accumulators, nothing else.</summary>
/// <remarks>
/// Machines share their memory with others and change their clock: take the median of several passes, interleaved with what is compared.
/// </remarks>
public static unsafe class ReadBandwidthProbe
{
    /// <summary>The fewest bytes that each thread can read: one turn of the loop with the widest loads, eight of 64 bytes.</summary>
    public const int Block = 512;

    /// <summary>Reads the memory once and says how fast, in bytes per second.</summary>
    /// <param name="memory">Where it begins; 64-byte alignment gives the truest number.</param>
    /// <param name="bytes">How much, rounded down to a multiple of 512 bytes for each thread. Well past the cache, or the cache is measured.</param>
    /// <param name="threads">How many threads read a part of it each; 1 reads on the caller's.</param>
    /// <param name="time">The clock; the system's where none is given.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 512 bytes for each thread, or no thread.</exception>
    public static double Measure(void* memory, long bytes, int threads, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, (long)threads * Block);
        return Measure([new Extent((byte*)memory, bytes)], threads, time ?? TimeProvider.System, Start);
    }

    internal static double Measure(void* memory, long bytes, int threads, Action<Thread> start) =>
        Measure([new Extent((byte*)memory, bytes)], threads, TimeProvider.System, start);

    /// <summary>Reads every row of a snapshot once, where it lies, and says how fast, in bytes per second: what a scan of it could reach.</summary>
    /// <param name="snapshot">The rows; at least 512 bytes of them for each thread.</param>
    /// <param name="threads">How many threads read a part of each segment; 1 reads on the caller's.</param>
    /// <param name="time">The clock; the system's where none is given.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 512 bytes for each thread, or no thread.</exception>
    public static double Measure(RowSnapshot snapshot, int threads, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        List<Extent> extents = [];
        foreach (SegmentView? view in snapshot.Views)
        {
            if (view is not null)
            {
                extents.Add(new Extent((byte*)view.Segment.Memory.Rows, (long)view.Count * snapshot.Layout.RowBytes));
            }
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(extents.Sum(extent => extent.BytesFor(threads)), Block, nameof(snapshot));
        double speed = Measure([.. extents], threads, time ?? TimeProvider.System, Start);
        GC.KeepAlive(snapshot);
        return speed;
    }

    private static void Start(Thread thread) => thread.Start();

    private static double Measure(Extent[] extents, int threads, TimeProvider time, Action<Thread> start)
    {
        double bytes = threads * (double)extents.Sum(extent => extent.BytesFor(threads));
        if (threads == 1)
        {
            long began = time.GetTimestamp();
            ReadPart(extents, 0, 1);
            return bytes / time.GetElapsedTime(began).TotalSeconds;
        }

        // The clock starts when every thread stands ready and stops when the last has read its part.
        using Barrier barrier = new(threads + 1);
        List<Thread> readers = [];
        bool givenUp = false;
        try
        {
            for (int i = 0; i < threads; i++)
            {
                int part = i;
                Thread reader = new(() =>
                {
                    barrier.SignalAndWait();
                    if (givenUp)
                    {
                        return;
                    }

                    ReadPart(extents, part, threads);
                    barrier.SignalAndWait();
                })
                {
                    IsBackground = true,
                    Name = "read bandwidth probe",
                };
                start(reader);
                readers.Add(reader);
            }
        }
        catch
        {
            // Those that stand ready go home before the error goes on: they hold the caller's memory.
            givenUp = true;
            barrier.RemoveParticipants(threads - readers.Count);
            barrier.SignalAndWait();
            readers.ForEach(reader => reader.Join());
            throw;
        }

        barrier.SignalAndWait();
        long started = time.GetTimestamp();
        barrier.SignalAndWait();
        double seconds = time.GetElapsedTime(started).TotalSeconds;
        readers.ForEach(reader => reader.Join());

        return bytes / seconds;
    }

    private static void ReadPart(Extent[] extents, int part, int parts)
    {
        foreach (Extent extent in extents)
        {
            long bytes = extent.BytesFor(parts);
            Read(extent.Start + (part * bytes), bytes);
        }
    }

    /// <summary>Exclusive or of all words read, so that no load can be left out.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static ulong Read(byte* start, long bytes)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return Read512(start, bytes);
        }

        return Vector256.IsHardwareAccelerated ? Read256(start, bytes) : Read128(start, bytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong Read512(byte* start, long bytes)
    {
        Vector512<ulong> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        ulong* word = (ulong*)start;
        for (ulong* end = word + (bytes / sizeof(ulong)); word < end; word += 64)
        {
            a0 ^= Vector512.Load(word);
            a1 ^= Vector512.Load(word + 8);
            a2 ^= Vector512.Load(word + 16);
            a3 ^= Vector512.Load(word + 24);
            a4 ^= Vector512.Load(word + 32);
            a5 ^= Vector512.Load(word + 40);
            a6 ^= Vector512.Load(word + 48);
            a7 ^= Vector512.Load(word + 56);
        }

        return Fold((a0 ^ a1 ^ a2 ^ a3) ^ (a4 ^ a5 ^ a6 ^ a7));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong Read256(byte* start, long bytes)
    {
        Vector256<ulong> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        ulong* word = (ulong*)start;
        for (ulong* end = word + (bytes / sizeof(ulong)); word < end; word += 32)
        {
            a0 ^= Vector256.Load(word);
            a1 ^= Vector256.Load(word + 4);
            a2 ^= Vector256.Load(word + 8);
            a3 ^= Vector256.Load(word + 12);
            a4 ^= Vector256.Load(word + 16);
            a5 ^= Vector256.Load(word + 20);
            a6 ^= Vector256.Load(word + 24);
            a7 ^= Vector256.Load(word + 28);
        }

        return Fold(Vector512.Create((a0 ^ a1 ^ a2 ^ a3) ^ (a4 ^ a5 ^ a6 ^ a7), default));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong Read128(byte* start, long bytes)
    {
        Vector128<ulong> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        ulong* word = (ulong*)start;
        for (ulong* end = word + (bytes / sizeof(ulong)); word < end; word += 16)
        {
            a0 ^= Vector128.Load(word);
            a1 ^= Vector128.Load(word + 2);
            a2 ^= Vector128.Load(word + 4);
            a3 ^= Vector128.Load(word + 6);
            a4 ^= Vector128.Load(word + 8);
            a5 ^= Vector128.Load(word + 10);
            a6 ^= Vector128.Load(word + 12);
            a7 ^= Vector128.Load(word + 14);
        }

        return Fold(Vector512.Create(Vector256.Create((a0 ^ a1 ^ a2 ^ a3) ^ (a4 ^ a5 ^ a6 ^ a7), default), default));
    }

    private static ulong Fold(Vector512<ulong> words)
    {
        ulong result = 0;
        for (int i = 0; i < Vector512<ulong>.Count; i++)
        {
            result ^= words[i];
        }

        return result;
    }

    /// <summary>Memory in one piece.</summary>
    private readonly struct Extent(byte* start, long bytes)
    {
        public byte* Start { get; } = start;

        /// <summary>Whole blocks that each of as many threads reads.</summary>
        public long BytesFor(int threads) => bytes / threads / Block * Block;
    }
}
