using System.Buffers;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Encoding;
using IqdbFlat.Grains.Tokens;

namespace IqdbFlat.Grains.Shards;

/// <summary>
/// What a shard keeps beside its rows, in its checkpoints and in backups: the removals and the tokens that it remembers.
/// </summary>
/// <remarks>
/// Its bytes: a version (2), the removals (a varint length and their form), the tokens (a varint length and their form). Version 1 was the
/// removals' form alone, which begins with the byte 1. No bytes at all are those of a new shard.
/// </remarks>
internal sealed record ShardAttachment(Removals Removals, TokenTable Tokens)
{
    private const byte Version = 2;
    private const byte RemovalsAlone = 1;

    /// <summary>What a new shard has.</summary>
    public ShardAttachment()
        : this(new Removals(), new TokenTable())
    {
    }

    public byte[] Write()
    {
        byte[] removals = Removals.Write();
        byte[] tokens = TokenForm.Write(Tokens);
        var output = new ArrayBufferWriter<byte>(1 + 10 + removals.Length + tokens.Length);
        ByteWriter.WriteByte(output, Version);
        WritePart(output, removals);
        WritePart(output, tokens);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads what was written. CorruptData, naming the checkpoint, when the bytes are not of this form.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="highWater">The highest number that the shard had recorded with them.</param>
    public static ShardAttachment Read(ReadOnlySpan<byte> bytes, ulong highWater)
    {
        if (bytes.IsEmpty)
            return new();
        try
        {
            if (bytes[0] == RemovalsAlone)
                return new(Removals.Read(bytes, highWater), new());
            var input = new ByteReader(bytes);
            if (input.ReadByte() is var version and not Version)
                throw input.Invalid($"an attachment of version {version}, and this build reads versions 1 and {Version}");
            var removals = Removals.Read(input.ReadBytes(input.ReadCount(1)), highWater);
            var tokens = TokenForm.ReadTable(input.ReadBytes(input.ReadCount(1)));
            input.ExpectEnd();
            return new(removals, tokens);
        }
        catch (InvalidDataException e)
        {
            throw new FlatIndexException(
                FlatIndexException.CorruptData("checkpoint", $"has removals or tokens that cannot be read: {e.Message}").Error, e);
        }
    }

    private static void WritePart(ArrayBufferWriter<byte> output, byte[] bytes)
    {
        ByteWriter.WriteVarint(output, (ulong)bytes.Length);
        ByteWriter.WriteBytes(output, bytes);
    }
}
