using System.Buffers;
using System.Buffers.Text;
using IqdbFlat.Engine.Encoding;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Ranked;

/// <summary>What bounds the answer of a search besides k, as a caller gives it.</summary>
/// <param name="Min">The least distance, or null.</param>
/// <param name="Max">The greatest distance, or null.</param>
/// <param name="MinScore">The least similarity, or null.</param>
/// <param name="Skip">Hits to pass over.</param>
/// <param name="Cursor">Where to go on, or null.</param>
internal readonly record struct SearchBounds(float? Min, float? Max, float? MinScore, int Skip, string? Cursor)
{
    private const byte CursorVersion = 1;

    /// <summary>The cursor behind a hit: base64 (for URLs) of a version (1), the distance's bits (4 bytes) and the sequence (8 bytes).</summary>
    public static string CursorOf(in Hit hit)
    {
        var output = new ArrayBufferWriter<byte>();
        ByteWriter.WriteByte(output, CursorVersion);
        ByteWriter.WriteUInt32(output, BitConverter.SingleToUInt32Bits(hit.Distance));
        ByteWriter.WriteUInt64(output, hit.Sequence);
        return Base64Url.EncodeToString(output.WrittenSpan);
    }

    /// <summary>Checks the bounds, in the order of the contract: distances, score, skip, cursor. Gives the greatest distance, the score's included, and the rank of the cursor.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>.</exception>
    public (float? Max, (float Distance, ulong Sequence)? After) Check(Metric metric)
    {
        if (Min is { } least && float.IsNaN(least) || Max is { } greatest && float.IsNaN(greatest) || Min > Max)
            throw FlatIndexException.InvalidConfig(FormattableString.Invariant($"the distances of hits go from a least to a greatest one, found {Min?.ToString() ?? "none"} and {Max?.ToString() ?? "none"}"));
        float? max = Max;
        if (MinScore is { } score)
        {
            float farthest = FarthestOf(metric, score);
            max = max < farthest ? max : farthest;
        }

        if (Skip < 0)
            throw FlatIndexException.InvalidConfig(FormattableString.Invariant($"a search passes over 0 hits or more, found {Skip}"));
        return (max, Cursor is null ? null : RankOf(Cursor));
    }

    /// <summary>The greatest distance whose similarity is at least a score.</summary>
    private static float FarthestOf(Metric metric, float score)
    {
        if (float.IsNaN(score))
            throw FlatIndexException.InvalidConfig("a least score is a number, found NaN");
        return metric switch
        {
            Metric.DotProduct => -score,

            // 1 less a tiny score rounds to 1, the distance of similarity 0; what is more similar than that lies nearer.
            Metric.Cosine => score > 0 ? Math.Min(Below(1 - (double)score), MathF.BitDecrement(1)) : Below(1 - (double)score),
            _ => throw FlatIndexException.InvalidConfig($"a least score is one of similarity, which {Metric.Cosine} and {Metric.DotProduct} have; expected a greatest distance for {metric}"),
        };
    }

    /// <summary>The greatest float at or below a number.</summary>
    private static float Below(double number)
    {
        float nearest = (float)number;
        return nearest > number ? MathF.BitDecrement(nearest) : nearest;
    }

    private static (float, ulong) RankOf(string cursor)
    {
        try
        {
            var input = new ByteReader(Base64Url.DecodeFromChars(cursor));
            if (input.ReadByte() != CursorVersion)
                throw new FormatException();
            float distance = BitConverter.UInt32BitsToSingle(input.ReadUInt32());
            ulong sequence = input.ReadUInt64();
            input.ExpectEnd();
            return (distance, sequence);
        }
        catch (Exception malformed) when (malformed is FormatException or InvalidDataException)
        {
            throw new FlatIndexException(FlatIndexException.InvalidConfig("expected the cursor of a hit, found a text that is none").Error, malformed);
        }
    }
}
