using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Backup;
using IqdbFlat.Grains.Shards;

namespace IqdbFlat.Grains.Tests.Shards;

/// <summary>Writes for tests, and what each does when nothing else is under way.</summary>
internal static class ShardWrites
{
    public static ShardWriteReply Alone(ShardRows rows, ShardWrite write)
    {
        if (rows.AnswerOf(write.Token) is { } kept)
            return new() { Position = default, Applied = kept.Applied, Refused = kept.Refused };
        var plan = rows.Plan(write);
        rows.Apply(plan.Batch);
        return new() { Position = default, Applied = plan.Applied, Refused = plan.Refused };
    }

    public static ShardWrite Random(Random random, ref ulong number, bool token, int spread = 200, int clients = 4)
    {
        var mode = (WriteMode[])[WriteMode.Insert, WriteMode.Insert, WriteMode.Upsert, WriteMode.Upsert, WriteMode.UpdateMetadata, WriteMode.Delete, WriteMode.DeleteIfPresent, WriteMode.Clear];
        var chosen = mode[random.Next(random.Next(4) == 0 ? mode.Length : mode.Length - 1)];
        ulong[] ids = chosen == WriteMode.Clear ? [] : [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => (ulong)random.Next(spread))];
        if (chosen == WriteMode.Upsert)
            ids = [.. ids.Distinct()];
        ulong first = number;
        number += (ulong)Math.Max(1, ids.Length);
        var write = Write(first, chosen, ids);
        return write with
        {
            StopAtFirst = random.Next(2) == 0,
            Token = token ? new ShardToken(new Guid(random.Next(clients), 0, 0, new byte[8]), first, 0, first) : null,
        };
    }

    public static ShardWrite Write(ulong number, WriteMode mode, params ulong[] ids) => new()
    {
        IndexEpoch = 0,
        Mode = mode,
        Rows = new()
        {
            Ids = ids.Select(id => (RowId)id).ToArray(),
            Vectors = mode is WriteMode.Insert or WriteMode.Upsert ? ids.SelectMany(id => new float[] { id, number }).ToArray() : Array.Empty<float>(),
        },
        Sequences = mode == WriteMode.Clear ? new[] { number } : [.. ids.Select((_, place) => number + (ulong)place)],
        StopAtFirst = false,
    };

    public static string Digest(ShardRows rows) => SnapshotDigest.Of(rows.Snapshot, default).ToString()!;
}
