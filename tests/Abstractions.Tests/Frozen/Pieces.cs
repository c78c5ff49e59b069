using System.Buffers;

namespace IqdbFlat.Abstractions.Tests.Frozen;

/// <summary>Bytes as a connection hands them over: in pieces.</summary>
internal sealed class Pieces : ReadOnlySequenceSegment<byte>
{
    private Pieces(ReadOnlyMemory<byte> bytes, long before) => (Memory, RunningIndex) = (bytes, before);

    public static ReadOnlySequence<byte> Of(ReadOnlyMemory<byte> bytes, int length)
    {
        var first = new Pieces(bytes[..Math.Min(length, bytes.Length)], 0);
        var last = first;
        for (int start = length; start < bytes.Length; start += length)
        {
            var next = new Pieces(bytes.Slice(start, Math.Min(length, bytes.Length - start)), start);
            last.Next = next;
            last = next;
        }

        return new(first, 0, last, last.Memory.Length);
    }
}
