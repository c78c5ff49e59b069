using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Tokens;

/// <summary>
/// The tokens of all shards of an index as one table, for a backup. Each answer has those of the shards as its parts, so that a retry can be answered as at
/// first whatever number of shards the rows are restored to.
/// </summary>
/// <remarks>
/// What any shard has forgotten is forgotten here: a client up to the highest forgotten one, and of a client the numbers up to its highest forgotten one. Of
/// what is left each shard has all that it ever had.
/// </remarks>
internal static class JoinedTokens
{
    /// <summary>The table's form; empty where there is nothing to remember.</summary>
    /// <param name="shards">The form of each shard's table, by number; empty for a shard of a build that told none.</param>
    public static byte[] Of(IReadOnlyList<ReadOnlyMemory<byte>> shards)
    {
        var table = Join([.. shards.Select(shard => shard.IsEmpty ? new TokenTable() : TokenForm.ReadTable(shard.Span))]);
        return table.Count == 0 && table.Forgotten is null ? [] : TokenForm.Write(table);
    }

    /// <summary>Checks that bytes of a backup are a table, before anything is made of them.</summary>
    public static void Check(ReadOnlyMemory<byte> tokens)
    {
        try
        {
            if (!tokens.IsEmpty)
                TokenForm.ReadTable(tokens.Span);
        }
        catch (InvalidDataException malformed)
        {
            throw new FlatIndexException(FlatIndexException.CorruptData("backup", $"has tokens that cannot be read: {malformed.Message}").Error, malformed);
        }
    }

    /// <summary>Joins the tables of shards, by number.</summary>
    internal static TokenTable Join(IReadOnlyList<TokenTable> shards)
    {
        var joined = new TokenTable();
        foreach (var shard in shards)
            joined.ForgetUpTo(shard.Forgotten);
        var clients = shards.SelectMany((table, shard) => table.Clients.Select(client => (client.Client, client.Tokens, Shard: shard)));
        foreach (var client in clients.GroupBy(known => known.Client).OrderBy(known => known.Key))
            joined.Join(client.Key, JoinClient([.. client.Select(known => (known.Shard, known.Tokens))], shards.Count));
        return joined;
    }

    private static ClientTokens JoinClient((int Shard, ClientTokens Tokens)[] parts, int shards)
    {
        var joined = new ClientTokens { Forgotten = parts.Max(part => part.Tokens.Forgotten) };
        var writes = parts.SelectMany(part => part.Tokens.Kept.Select(kept => (part.Shard, Kept: kept)));
        foreach (var write in writes.GroupBy(part => part.Kept.Number).OrderBy(write => write.Key))
        {
            if (joined.HasForgotten(write.Key))
                continue;
            joined.Add(write.Key, write.First().Kept.Payload, JoinAnswer([.. write.Select(part => (part.Shard, part.Kept.Answer))], shards));
            if (joined.Count > WriteToken.Remembered)
                joined.ForgetOldest();
        }

        return joined;
    }

    // A write of before an earlier restore has its parts already, the same in every shard.
    private static KeptAnswer JoinAnswer((int Shard, KeptAnswer Answer)[] answers, int shards)
    {
        if (answers.FirstOrDefault(part => part.Answer.Parts.Count > 0).Answer is { } earlier)
            return earlier;
        var parts = new KeptAnswer?[shards];
        foreach (var (shard, answer) in answers)
            parts[shard] = answer;
        return new()
        {
            Cut = answers.Min(part => part.Answer.Cut),
            Applied = answers.Sum(part => part.Answer.Applied),
            Refused = [],
            First = answers.Min(part => part.Answer.First),
            Parts = TokenForm.Write(parts),
        };
    }
}
