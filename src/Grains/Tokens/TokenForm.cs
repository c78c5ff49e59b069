using System.Buffers;
using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Grains.Tokens;

/// <summary>The binary forms of tokens and their answers, in a log record's batch and in a checkpoint or backup. Integers are little-endian.</summary>
/// <remarks>
/// <para>Token of a batch: a version byte (1), the client (16 bytes, in the order they are printed), the number (8), the part (varint), the
/// payload's hash (8). Answer: a version byte (1), the cut (varint), the rows applied (varint), the first number (8), the refused places: a
/// count and each (varints).</para>
/// <para>Table: a version byte (1); a flag (1) and, where it is 1, the highest forgotten client (16); a count of clients (varint), oldest first; each: its
/// id (16), a flag and, where it is 1, its highest forgotten number (8) and part (varint); a count of writes (varint), each: number (8), part
/// (varint), hash (8), and the answer without its version. Version 2 has behind each answer its parts: a length (varint, 0 for none) and as many bytes,
/// which are a count (varint) and each a flag and, where it is 1, an answer; it is written only where a write has parts.</para>
/// </remarks>
internal static class TokenForm
{
    /// <summary>Bytes of a client in a table, at most, beside its writes.</summary>
    public const int ClientBytes = 16 + 1 + sizeof(ulong) + 5 + 5;

    private const byte Version = 1;
    private const byte VersionWithParts = 2;
    private const int LeastClientBytes = 16 + 1 + 1;
    private const int LeastAnswerBytes = 1 + 1 + sizeof(ulong) + 1;
    private const int LeastWriteBytes = sizeof(ulong) + 1 + sizeof(ulong) + LeastAnswerBytes;

    /// <summary>Bytes of a write in a table, at most.</summary>
    public static long SizeOf(KeptAnswer answer) =>
        (2 * sizeof(ulong)) + 5 + AnswerBytes(answer);

    public static byte[] Write(in ShardToken token)
    {
        var output = new ArrayBufferWriter<byte>(40);
        ByteWriter.WriteByte(output, Version);
        WriteClient(output, token.Client);
        WriteNumber(output, new(token.Number, token.Part));
        ByteWriter.WriteUInt64(output, token.Payload);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Write(KeptAnswer answer)
    {
        var output = new ArrayBufferWriter<byte>(1 + (int)AnswerBytes(answer));
        ByteWriter.WriteByte(output, Version);
        WriteAnswer(output, answer);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a batch's token. InvalidDataException when the bytes are not of this form.</summary>
    public static ShardToken ReadToken(ReadOnlySpan<byte> bytes)
    {
        var input = new ByteReader(bytes);
        CheckVersion(ref input);
        var client = ReadClient(ref input);
        var number = ReadNumber(ref input);
        ulong payload = input.ReadUInt64();
        input.ExpectEnd();
        return new(client, number.Number, number.Part, payload);
    }

    /// <summary>Reads a batch's answer. InvalidDataException when the bytes are not of this form.</summary>
    public static KeptAnswer ReadAnswer(ReadOnlySpan<byte> bytes)
    {
        var input = new ByteReader(bytes);
        CheckVersion(ref input);
        var answer = ReadAnswer(ref input);
        input.ExpectEnd();
        return answer;
    }

    public static byte[] Write(TokenTable table)
    {
        var output = new ArrayBufferWriter<byte>();
        bool hasParts = table.Clients.Any(client => client.Tokens.Kept.Any(kept => kept.Answer.Parts.Count > 0));
        ByteWriter.WriteByte(output, hasParts ? VersionWithParts : Version);
        ByteWriter.WriteBool(output, table.Forgotten is not null);
        if (table.Forgotten is { } forgotten)
            WriteClient(output, forgotten);
        ByteWriter.WriteVarint(output, (ulong)table.Count);
        foreach (var (client, tokens) in table.Clients)
        {
            WriteClient(output, client);
            ByteWriter.WriteBool(output, tokens.Forgotten is not null);
            if (tokens.Forgotten is { } number)
                WriteNumber(output, number);
            ByteWriter.WriteVarint(output, (ulong)tokens.Count);
            foreach (var kept in tokens.Kept)
            {
                WriteNumber(output, kept.Number);
                ByteWriter.WriteUInt64(output, kept.Payload);
                WriteAnswer(output, kept.Answer);
                if (hasParts)
                    WriteBlock(output, kept.Answer.Parts.Span);
            }
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a table. InvalidDataException when the bytes are not of this form.</summary>
    public static TokenTable ReadTable(ReadOnlySpan<byte> bytes)
    {
        var input = new ByteReader(bytes);
        var table = new TokenTable();
        byte version = input.ReadByte();
        if (version is not (Version or VersionWithParts))
            throw input.Invalid($"tokens of version {version}, and this build reads versions {Version} and {VersionWithParts}");
        if (input.ReadBool())
            table.Restore(ReadClient(ref input));
        int clients = input.ReadCount(LeastClientBytes);
        Guid? last = table.Forgotten;
        for (int i = 0; i < clients; i++)
        {
            var client = ReadClient(ref input);
            if (last is { } before && client.CompareTo(before) <= 0)
                throw input.Invalid($"clients rise, found {client} after {before}");
            table.Restore(client, ReadClientTokens(ref input, version == VersionWithParts));
            last = client;
        }

        input.ExpectEnd();
        return table;
    }

    private static ClientTokens ReadClientTokens(ref ByteReader input, bool hasParts)
    {
        var tokens = new ClientTokens();
        if (input.ReadBool())
            tokens.Forgotten = ReadNumber(ref input);
        int writes = input.ReadCount(LeastWriteBytes);
        TokenNumber? last = tokens.Forgotten;
        for (int i = 0; i < writes; i++)
        {
            var number = ReadNumber(ref input);
            if (last is { } before && number.CompareTo(before) <= 0)
                throw input.Invalid($"numbers rise, found {number.Number}.{number.Part} after {before.Number}.{before.Part}");
            ulong payload = input.ReadUInt64();
            var answer = ReadAnswer(ref input);
            tokens.Add(number, payload, hasParts ? answer with { Parts = CheckedParts(input.ReadBytes(input.ReadCount(1)).ToArray()) } : answer);
            last = number;
        }

        return tokens;
    }

    private static void CheckVersion(ref ByteReader input)
    {
        if (input.ReadByte() is var version and not Version)
            throw input.Invalid($"tokens of version {version}, and this build reads version {Version}");
    }

    private static void WriteClient(IBufferWriter<byte> output, Guid client) => ByteWriter.WriteBytes(output, client.ToByteArray(bigEndian: true));

    private static Guid ReadClient(ref ByteReader input) => new(input.ReadBytes(16), bigEndian: true);

    private static void WriteNumber(IBufferWriter<byte> output, TokenNumber number)
    {
        ByteWriter.WriteUInt64(output, number.Number);
        ByteWriter.WriteVarint(output, (ulong)number.Part);
    }

    private static TokenNumber ReadNumber(ref ByteReader input) => new(input.ReadUInt64(), ReadInt(ref input));

    private static long AnswerBytes(KeptAnswer answer)
    {
        long bytes = ByteWriter.SizeOfVarint((ulong)answer.Cut) + ByteWriter.SizeOfVarint((ulong)answer.Applied)
            + sizeof(ulong) + ByteWriter.SizeOfVarint((ulong)answer.Refused.Length);
        foreach (int place in answer.Refused)
            bytes += ByteWriter.SizeOfVarint((ulong)place);
        return bytes + 5 + answer.Parts.Count;
    }

    private static void WriteAnswer(IBufferWriter<byte> output, KeptAnswer answer)
    {
        ByteWriter.WriteVarint(output, (ulong)answer.Cut);
        ByteWriter.WriteVarint(output, (ulong)answer.Applied);
        ByteWriter.WriteUInt64(output, answer.First);
        ByteWriter.WriteVarint(output, (ulong)answer.Refused.Length);
        foreach (int place in answer.Refused)
            ByteWriter.WriteVarint(output, (ulong)place);
    }

    /// <summary>The parts of an answer, by shard; null for one that had none.</summary>
    public static byte[] Write(KeptAnswer?[] parts)
    {
        var output = new ArrayBufferWriter<byte>();
        ByteWriter.WriteVarint(output, (ulong)parts.Length);
        foreach (var part in parts)
        {
            ByteWriter.WriteBool(output, part is not null);
            if (part is not null)
                WriteAnswer(output, part);
        }

        return output.WrittenSpan.ToArray();
    }

    private static void WriteBlock(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        ByteWriter.WriteVarint(output, (ulong)bytes.Length);
        ByteWriter.WriteBytes(output, bytes);
    }

    private static byte[] CheckedParts(byte[] parts)
    {
        if (parts.Length > 0)
            ReadParts(parts);
        return parts;
    }

    /// <summary>Reads the parts of an answer. InvalidDataException when the bytes are not of this form.</summary>
    public static KeptAnswer?[] ReadParts(ReadOnlySpan<byte> bytes)
    {
        var input = new ByteReader(bytes);
        var parts = new KeptAnswer?[input.ReadCount(1)];
        if (parts.Length > IndexSettings.MaxShards)
            throw input.Invalid($"an index has at most {IndexSettings.MaxShards} shards, found an answer in {parts.Length} parts");
        for (int i = 0; i < parts.Length; i++)
            parts[i] = input.ReadBool() ? ReadAnswer(ref input) : null;
        input.ExpectEnd();
        return parts.Length > 0 ? parts : throw input.Invalid("an answer in parts has at least one, found none");
    }

    private static KeptAnswer ReadAnswer(ref ByteReader input)
    {
        int cut = ReadInt(ref input);
        int applied = ReadInt(ref input);
        ulong first = input.ReadUInt64();
        int[] refused = new int[input.ReadCount(1)];
        for (int i = 0; i < refused.Length; i++)
            refused[i] = ReadInt(ref input);
        return new() { Cut = cut, Applied = applied, Refused = refused, First = first };
    }

    private static int ReadInt(ref ByteReader input)
    {
        ulong value = input.ReadVarint();
        return value <= int.MaxValue ? (int)value : throw input.Invalid($"a number of at most {int.MaxValue} expected, found {value}");
    }
}
