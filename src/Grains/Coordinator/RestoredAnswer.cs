using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Tokens;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>The answer of a write that was done before its index was restored: that of the shards that the index had then, each with its part of the rows.</summary>
internal static class RestoredAnswer
{
    /// <summary>The answer, or null where no shard knows the write from before. TokenExpired where only some of its shards had it: it cannot be completed.</summary>
    public static WriteReply? Of(WriteUnderWay write, WriteBatch? batch, (int Shard, ShardCheckReply Reply)[] checks)
    {
        var kept = checks.Select(check => check.Reply.Kept?.Parts ?? default).FirstOrDefault(parts => parts.Count > 0);
        if (kept.Count == 0)
            return null;
        var parts = TokenForm.ReadParts(kept.Span);
        var then = write.Index with { Settings = write.Index.Settings with { Shards = parts.Length }, Slots = SlotMap.Even(parts.Length) };
        var places = batch?.ByShard(then.Slots, batch.Prefix) ?? Enumerable.Range(0, parts.Length).ToDictionary(shard => shard, _ => new List<int>());
        var before = new WriteUnderWay(then, write.Request, batch, places, write.Token);
        before.Learn([.. parts.Index().Where(part => part.Item is not null).Select(part =>
            (part.Index, new ShardCheckReply { Position = new(part.Index, 0, 0), Refused = [], Kept = part.Item, Floor = ulong.MaxValue }))]);
        return before.Left().Count == 0
            ? before.Reply() with { Positions = [.. checks.Select(check => check.Reply.Position)] }
            : throw FlatIndexException.TokenExpired("a part of the write was done when the backup was made that the index was restored from, and the rest was not");
    }
}
