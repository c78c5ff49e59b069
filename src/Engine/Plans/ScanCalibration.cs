using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Plans;

/// <summary>
/// Measures <see cref="ScanCosts"/> on this machine with the kernels that searches use: rows of two sizes, streamed and gathered, and a line
/// through both. It takes up to a quarter of a second in a process that has just started, most of it for memory that no cache holds and for compiling.
/// </summary>
internal static unsafe class ScanCalibration
{
    private const int Bytes = 48 << 20;
    private const int SmallRow = 64;
    private const int LargeRow = 2_048;
    private const int GatheredBytes = 4 << 20;
    private const int Streamed = 16 << 20;
    private const int BlockRows = 512;
    private const int Passes = 3;

    /// <summary>Measures.</summary>
    /// <param name="threads">Threads that read at the same time when the bandwidth of one is measured.</param>
    /// <param name="time">The clock.</param>
    public static ScanCosts Run(int threads, TimeProvider time)
    {
        var memory = new SegmentMemory(Bytes);

        // Pages that nothing was written to all share one page of zeros, which lies in the cache.
        new Span<float>(memory.Rows, Bytes / sizeof(float)).Fill(1);
        double smallStream = Stream(memory, SmallRow, time);
        double largeStream = Stream(memory, LargeRow, time);
        double smallGather = Gather(memory, SmallRow, time);
        double largeGather = Gather(memory, LargeRow, time);
        double run = Runs(memory, time);

        // Once for the compiler and the threads.
        ReadBandwidthProbe.Measure(memory.Rows, (long)threads * ReadBandwidthProbe.Block, threads, time);
        double bandwidth = ReadBandwidthProbe.Measure(memory.Rows, Bytes, threads, time) / threads;
        GC.KeepAlive(memory);
        return Costs(smallStream, largeStream, smallGather, largeGather, run, bandwidth);
    }

    /// <summary>The costs that follow from nanoseconds a row of each size, streamed, gathered and as a run of its own.</summary>
    internal static ScanCosts Costs(double smallStream, double largeStream, double smallGather, double largeGather, double run, double bandwidth)
    {
        var (streamRow, streamByte) = Line(smallStream, largeStream);
        var (gatherRow, gatherByte) = Line(Math.Max(smallGather, smallStream), Math.Max(largeGather, largeStream));

        // A measurement that was disturbed tilts its line, and gathered rows of some size would seem cheaper than streamed ones, which no machine has.
        (gatherRow, gatherByte) = (Math.Max(gatherRow, streamRow), Math.Max(gatherByte, streamByte));
        return new ScanCosts(streamRow, streamByte, gatherRow, gatherByte, Math.Max(run - largeStream, largeGather), bandwidth);
    }

    /// <summary>What a row costs at any size, and what each of its bytes adds.</summary>
    private static (double Row, double Byte) Line(double small, double large)
    {
        double perByte = Math.Max(large - small, 0) / (LargeRow - SmallRow);
        return (Math.Max(small - (perByte * SmallRow), 0.1), perByte);
    }

    private static double Stream(SegmentMemory memory, int rowBytes, TimeProvider time)
    {
        float* distances = stackalloc float[BlockRows];
        var query = new PreparedQuery(Metric.Euclidean, new float[rowBytes / sizeof(float)]);
        int rows = Streamed / rowBytes / BlockRows * BlockRows;
        DistanceScan.Compute(query, memory.Rows, BlockRows, distances);
        return Best(rows, time, pass =>
        {
            float* at = memory.Rows + ((long)pass * Streamed / sizeof(float));
            float* found = stackalloc float[BlockRows];
            for (int row = 0; row < rows; row += BlockRows)
                DistanceScan.Compute(query, at + ((long)row * query.Stride), BlockRows, found);
        });
    }

    private static double Gather(SegmentMemory memory, int rowBytes, TimeProvider time)
    {
        var query = new PreparedQuery(Metric.Euclidean, new float[rowBytes / sizeof(float)]);
        int rows = Math.Min(GatheredBytes / rowBytes, 16 * BlockRows) / BlockRows * BlockRows;
        int[] places = new int[Passes * rows];
        var random = new Random(1);
        for (int i = 0; i < places.Length; i++)
            places[i] = random.Next(Bytes / rowBytes);
        fixed (int* list = places)
        {
            int* all = list;
            float* distances = stackalloc float[BlockRows];
            DistanceScan.Gather(query, memory.Rows, all, 4, distances);
            return Best(rows, time, pass =>
            {
                float* found = stackalloc float[BlockRows];
                for (int row = 0; row < rows; row += BlockRows)
                    DistanceScan.Gather(query, memory.Rows, all + (pass * rows) + row, BlockRows, found);
            });
        }
    }

    /// <summary>A run of one large row: what it takes above a row of a stream is the price of its start.</summary>
    private static double Runs(SegmentMemory memory, TimeProvider time)
    {
        const int Rows = 1_000;
        var query = new PreparedQuery(Metric.Euclidean, new float[LargeRow / sizeof(float)]);
        int[] places = new int[Passes * Rows];
        var random = new Random(2);
        for (int i = 0; i < places.Length; i++)
            places[i] = random.Next(Bytes / LargeRow);
        return Best(Rows, time, pass =>
        {
            float distance;
            foreach (int place in places.AsSpan(pass * Rows, Rows))
                DistanceScan.Compute(query, memory.Rows + ((long)place * query.Stride), 1, &distance);
        });
    }

    /// <summary>Nanoseconds a row in the fastest of some passes: what disturbs a pass only makes it slower.</summary>
    private static double Best(int rows, TimeProvider time, Action<int> work)
    {
        double best = double.MaxValue;
        for (int pass = 0; pass < Passes; pass++)
        {
            long began = time.GetTimestamp();
            work(pass);
            best = Math.Min(best, time.GetElapsedTime(began).TotalNanoseconds / rows);
        }

        return best;
    }
}
