using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Truth;

/// <summary>A hash of what a run is asked, so that none goes on from the checkpoint of another. Rows of a file are hashed as they are read.</summary>
internal static class TruthTask
{
    /// <summary>Questions to any file of rows.</summary>
    public static ulong Of(IReadOnlyList<ReadOnlyMemory<float>> queries, Metric metric, int k) => Begin(queries, metric, k).GetCurrentHashAsUInt64();

    /// <summary>Questions to an index, which is known by its incarnation: one that is made anew under its name is another.</summary>
    public static ulong OfIndex(IndexDescription index, IReadOnlyList<ReadOnlyMemory<float>> queries, Metric metric, int k)
    {
        var hash = Begin(queries, metric, k);
        hash.Append(Encoding.UTF8.GetBytes(index.Incarnation));
        return hash.GetCurrentHashAsUInt64();
    }

    private static XxHash3 Begin(IReadOnlyList<ReadOnlyMemory<float>> queries, Metric metric, int k)
    {
        var hash = new XxHash3();
        Span<byte> number = stackalloc byte[8];
        foreach (long value in (long[])[(long)metric, k, queries.Count, queries[0].Length])
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, value);
            hash.Append(number);
        }

        foreach (var query in queries)
            hash.Append(MemoryMarshal.AsBytes(query.Span));
        return hash;
    }
}
