using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Log.Records;
using IqdbFlat.Grains.Tokens;

namespace IqdbFlat.Grains.Tests.Log.Exploration;

/// <summary>
/// A write of the exploration is a number below 32, and has a token of that number. A checkpoint's attachment carries a set of writes as bits, and the
/// tokens that are remembered in their own form.
/// </summary>
internal static class Write
{
    private static readonly ConditionalWeakTable<LogRecord, int[]> Records = [];
    private static readonly Guid Client = new("01890a5d-ac96-774b-bcce-b302099a8057");

    /// <summary>The batch of one write, or of several that waited together.</summary>
    public static ShardBatch Batch(params IEnumerable<int> numbers) => new([.. numbers.Select(number => ShardOperation.Remove(RowId.FromUInt64((ulong)number), 0))])
    {
        Answers = [.. numbers.Select(number => new TokenAnswer(TokenForm.Write(Token(number)), TokenForm.Write(Answer(number))))],
    };

    /// <summary>The writes in a record. Worlds share their records.</summary>
    public static int[] Of(LogRecord record, LogPosition at) => Records.GetValue(record, found =>
        found.Kind == LogRecordKind.Batch ? [.. found.ReadBatch(at).Operations.Select(operation => (int)operation.Id.Number)] : []);

    /// <summary>The writes in a record as bits.</summary>
    public static uint BitsOf(LogRecord record, LogPosition at) => Of(record, at).Aggregate(0u, (bits, write) => bits | (1u << write));

    /// <summary>The writes whose tokens a record holds, as bits.</summary>
    public static uint TokensOf(LogRecord record, LogPosition at) => record.ReadBatch(at).Answers
        .Aggregate(0u, (bits, answer) => bits | (1u << (int)TokenForm.ReadToken(answer.Token.Span).Number));

    public static ReadOnlyMemory<byte> Encode(uint writes, uint tokens)
    {
        var table = new TokenTable();
        for (int i = 0; i < 32; i++)
        {
            if ((tokens & (1u << i)) != 0)
                table.Add(Token(i), Answer(i));
        }

        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, writes);
        return (byte[])[.. bytes, .. TokenForm.Write(table)];
    }

    public static uint Decode(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span);

    /// <summary>The writes whose tokens are remembered, as bits.</summary>
    public static uint DecodeTokens(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
            return 0;
        var table = TokenForm.ReadTable(bytes.Span[4..]);
        uint tokens = 0;
        for (int i = 0; i < 32; i++)
        {
            if (table.Find(Token(i)) is { } answer)
                tokens |= answer.Applied == i ? 1u << i : throw new InvalidOperationException($"Token {i} has the answer of {answer.Applied}.");
        }

        return tokens;
    }

    private static ShardToken Token(int number) => new(Client, (ulong)number, 0, 5);

    private static KeptAnswer Answer(int number) => new() { Cut = 1, Applied = number, Refused = [], First = 0 };
}
