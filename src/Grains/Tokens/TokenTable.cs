using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Tokens;

/// <summary>
/// What a shard remembers of the writes that came with a token, and what it answered, so that a retry gets the first answer. Bounded: the
/// last few writes a client, and of clients the newest.
/// </summary>
/// <remarks>
/// What is forgotten must never pass for new. Of one client the lowest numbers are forgotten first, and the highest forgotten one is kept:
/// at or below it a number that is not remembered is expired. Clients are forgotten in the order of their ids, which begin with the time at
/// which they were made, and the highest forgotten one is kept: at or below it a client that is not remembered is expired. So safety rests on
/// the order of ids alone; the clocks behind them only decide who is forgotten first.
/// </remarks>
internal sealed class TokenTable
{
    /// <summary>Clients remembered, at most.</summary>
    public const int MaxClients = 1_024;

    /// <summary>Bytes of what is remembered, at most, as a checkpoint holds it.</summary>
    public const long MaxBytes = 2L * 1024 * 1024;

    private readonly SortedDictionary<UInt128, ClientTokens> _clients = [];
    private long _bytes;

    /// <summary>The highest client that has been forgotten; null while none has.</summary>
    public Guid? Forgotten { get; private set; }

    /// <summary>The remembered clients, oldest first.</summary>
    public IEnumerable<(Guid Client, ClientTokens Tokens)> Clients => _clients.Select(pair => (ClientOf(pair.Key), pair.Value));

    /// <summary>The number of remembered clients.</summary>
    public int Count => _clients.Count;

    /// <summary>
    /// The answer that a token got, or null for a token that was never taken here. TokenExpired when it may have been taken and is
    /// forgotten; InvalidConfig when it was taken with another payload.
    /// </summary>
    public KeptAnswer? Find(in ShardToken token)
    {
        var number = new TokenNumber(token.Number, token.Part);
        if (!_clients.TryGetValue(KeyOf(token.Client), out var client))
        {
            return Forgotten is { } forgotten && KeyOf(token.Client) <= KeyOf(forgotten)
                ? throw FlatIndexException.TokenExpired($"the shard remembers clients made after {forgotten}, found {token.Client}")
                : null;
        }

        if (client.TryFind(number, out ulong payload, out var answer))
        {
            return payload == token.Payload
                ? answer
                : throw FlatIndexException.InvalidConfig($"a token belongs to one payload, found another under number {token.Number} of client {token.Client}");
        }

        return client.HasForgotten(number)
            ? throw FlatIndexException.TokenExpired($"the last {WriteToken.Remembered} writes of a client are remembered, found number {token.Number}, which is older")
            : null;
    }

    /// <summary>Remembers the answer to a token that was not taken before.</summary>
    public void Add(in ShardToken token, KeptAnswer answer)
    {
        var key = KeyOf(token.Client);
        if (!_clients.TryGetValue(key, out var client))
        {
            // Forgotten by a write of the same record, after this one was planned: it stays forgotten, and a retry is expired.
            if (Forgotten is { } forgotten && key <= KeyOf(forgotten))
                return;
            _clients.Add(key, client = new());
            _bytes += TokenForm.ClientBytes;
        }

        client.Add(new(token.Number, token.Part), token.Payload, answer);
        _bytes += TokenForm.SizeOf(answer);
        if (client.Count > WriteToken.Remembered)
            ForgetOldest(client);
        while (_clients.Count > MaxClients || _bytes > MaxBytes)
            ForgetClient();
    }

    /// <summary>Takes a client, and every one before it, for forgotten.</summary>
    public void ForgetUpTo(Guid? client)
    {
        if (client is { } known && (Forgotten is not { } forgotten || KeyOf(known) > KeyOf(forgotten)))
            Forgotten = known;
    }

    /// <summary>Takes a client in with all that is known of it, unless it counts as forgotten; clients come in the order of their ids.</summary>
    public void Join(Guid client, ClientTokens tokens)
    {
        if (Forgotten is { } forgotten && KeyOf(client) <= KeyOf(forgotten))
            return;
        Restore(client, tokens);
        while (_clients.Count > MaxClients || _bytes > MaxBytes)
            ForgetClient();
    }

    /// <summary>Puts a client back as it was written.</summary>
    internal void Restore(Guid client, ClientTokens tokens)
    {
        _clients.Add(KeyOf(client), tokens);
        _bytes += TokenForm.ClientBytes + tokens.Kept.Sum(kept => TokenForm.SizeOf(kept.Answer));
    }

    /// <summary>Puts the highest forgotten client back as it was written.</summary>
    internal void Restore(Guid? forgotten) => Forgotten = forgotten;

    private static UInt128 KeyOf(Guid client)
    {
        Span<byte> bytes = stackalloc byte[16];
        client.TryWriteBytes(bytes, bigEndian: true, out _);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static Guid ClientOf(UInt128 key)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, key);
        return new Guid(bytes, bigEndian: true);
    }

    private void ForgetOldest(ClientTokens client) => _bytes -= TokenForm.SizeOf(client.ForgetOldest());

    // The oldest client goes, with all that is kept of it. It may be the one that has just written: then its retry is expired, and its next
    // write too, for which it takes a new id.
    private void ForgetClient()
    {
        var (key, client) = _clients.First();
        _clients.Remove(key);
        _bytes -= TokenForm.ClientBytes;
        while (client.Count > 0)
            ForgetOldest(client);
        Forgotten = ClientOf(key);
    }
}
