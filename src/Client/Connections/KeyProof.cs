using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;

namespace IqdbFlat.Client.Connections;

/// <summary>
/// Both ends of a new connection prove that they know a key, before anything else is said on it, and neither says it:
/// <code>
/// server -> client   "IQDBKEY1", 32 random bytes S
/// client -> server   32 random bytes C, HMAC-SHA256(key, "client" S C)
/// server -> client   HMAC-SHA256(key, "server" S C)
/// </code>
/// The word in front keeps either proof from being sent back as the other. What follows on the connection is neither encrypted nor signed: that is what TLS is for.
/// </summary>
internal sealed class KeyProof(string key)
{
    /// <summary>Fewest characters of a key.</summary>
    public const int MinLength = 16;

    /// <summary>Most characters of a key.</summary>
    public const int MaxLength = 256;

    private const int Bytes = 32;
    private readonly byte[] _key = SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static ReadOnlySpan<byte> Greeting => "IQDBKEY1"u8;

    /// <summary>The side that was connected to; false for a peer that does not know the key.</summary>
    public async Task<bool> AsServerAsync(IDuplexPipe connection, CancellationToken cancellation)
    {
        byte[] mine = RandomNumberGenerator.GetBytes(Bytes);
        await connection.Output.WriteAsync((byte[])[.. Greeting, .. mine], cancellation);
        byte[] answer = await ReadAsync(connection.Input, 2 * Bytes, cancellation);
        byte[] theirs = answer[..Bytes];
        if (!CryptographicOperations.FixedTimeEquals(Proof("client"u8, mine, theirs), answer.AsSpan(Bytes)))
            return false;
        await connection.Output.WriteAsync(Proof("server"u8, mine, theirs), cancellation);
        return true;
    }

    /// <summary>The side that connects; false for a peer that does not know the key.</summary>
    public async Task<bool> AsClientAsync(IDuplexPipe connection, CancellationToken cancellation)
    {
        byte[] greeting = await ReadAsync(connection.Input, Greeting.Length + Bytes, cancellation);
        if (!greeting.AsSpan(0, Greeting.Length).SequenceEqual(Greeting))
            return false;
        byte[] theirs = greeting[Greeting.Length..];
        byte[] mine = RandomNumberGenerator.GetBytes(Bytes);
        await connection.Output.WriteAsync((byte[])[.. mine, .. Proof("client"u8, theirs, mine)], cancellation);
        byte[] proof = await ReadAsync(connection.Input, Bytes, cancellation);
        return CryptographicOperations.FixedTimeEquals(Proof("server"u8, theirs, mine), proof);
    }

    private byte[] Proof(ReadOnlySpan<byte> side, byte[] server, byte[] client) => HMACSHA256.HashData(_key, (byte[])[.. side, .. server, .. client]);

    // No more than is asked for: what follows belongs to the next reader.
    private static async Task<byte[]> ReadAsync(PipeReader input, int count, CancellationToken cancellation)
    {
        var read = await input.ReadAtLeastAsync(count, cancellation);
        if (read.Buffer.Length < count)
        {
            input.AdvanceTo(read.Buffer.End);
            throw new IOException("The connection ended before the key was proved.");
        }

        var part = read.Buffer.Slice(0, count);
        byte[] bytes = part.ToArray();
        input.AdvanceTo(part.End);
        return bytes;
    }
}
