using System.Buffers.Binary;
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
    private static readonly Guid Client = new("01890a5d-ac96-774b-bcce-b302099a8057");

    public static ShardBatch Batch(int number) => new([ShardOperation.Remove(RowId.FromUInt64((ulong)number), 0)])
    {
        Token = TokenForm.Write(Token(number)),
        Answer = TokenForm.Write(Answer(number)),
    };

    public static int Of(LogRecord record, LogPosition at) => (int)record.ReadBatch(at).Operations[0].Id.Number;

    /// <summary>The write whose token a record holds, as a bit.</summary>
    public static uint TokenOf(LogRecord record, LogPosition at) => 1u << (int)TokenForm.ReadToken(record.ReadBatch(at).Token.Span).Number;

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
