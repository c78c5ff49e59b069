using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>One write while the coordinator works on it: which rows go to which shard, what shards have answered, and the answer made of that.</summary>
/// <param name="index">The index.</param>
/// <param name="request">What the client asked for.</param>
/// <param name="batch">Its rows, checked; null for a clearing or a removal by a filter.</param>
/// <param name="parts">The places of each shard's rows, of those that could be written by themselves.</param>
/// <param name="token">The write's token, or null.</param>
internal sealed class WriteUnderWay(
    IndexDescription index, WriteRequest request, WriteBatch? batch, Dictionary<int, List<int>> parts, ShardToken? token)
{
    private readonly Dictionary<int, Part> _answers = [];
    private ulong? _first;
    private bool _recordsRefusal;

    private readonly record struct Part(int Cut, int Applied, int[] Refused, ShardPosition Position);

    public IndexDescription Index => index;

    public WriteRequest Request => request;

    public Dictionary<int, List<int>> Parts => parts;

    public ShardToken? Token => token;

    /// <summary>Whether the index's own rows can forbid a row of this write.</summary>
    public bool Refuses => request.Mode is WriteMode.Insert or WriteMode.UpdateMetadata or WriteMode.Delete;

    /// <summary>Rows that could be written by themselves; a clearing and a removal by a filter count as one.</summary>
    public int Rows => Math.Max(1, batch?.Prefix ?? 1);

    /// <summary>Rows before this place are let through.</summary>
    public int Cut { get; private set; } = batch?.Prefix ?? 0;

    /// <summary>Numbers up to this one are of no use for what is left to write: a shard has forgotten removals that may lie above them.</summary>
    public ulong Floor { get; private set; }

    /// <summary>Whether the rows that are left get the numbers of an earlier try, which a shard has told.</summary>
    public bool HasNumbers => _first is not null;

    /// <summary>Whether some shard has its part of the write.</summary>
    public bool IsPartlyIn => _answers.Count > 0;

    /// <summary>A shard's ids, where it can refuse any.</summary>
    public RowIdColumn IdsOf(int shard) => Refuses && parts.TryGetValue(shard, out var places) ? batch!.TakeIds(places) : new RowIdColumn([]);

    /// <summary>
    /// Takes in what shards said before anything was written. Where an earlier try is in, its cut stands: a row that is refused now was
    /// raced for. Its numbers stand too, unless a shard has forgotten removals above them.
    /// </summary>
    public void Learn((int Shard, ShardCheckReply Reply)[] checks)
    {
        int cut = Cut;
        foreach (var (shard, reply) in checks)
        {
            if (reply.Kept is { } kept)
                _answers[shard] = new(kept.Cut, kept.Applied, kept.Refused, reply.Position);
            else if (Refuses && reply.Refused is [var first, ..])
                cut = Math.Min(cut, parts[shard][first]);
        }

        var known = checks.Where(check => check.Reply.Kept is not null).Select(check => check.Reply.Kept!).ToArray();
        Cut = known.Length > 0 ? known.Min(kept => kept.Cut) : cut;

        // Nothing goes in. Under a token that answer is kept, too, by the shard of the row that was refused.
        _recordsRefusal = Cut == 0 && known.Length == 0 && batch is not null && token is not null;
        Floor = checks.Max(check => check.Reply.Floor);
        if (known.Length > 0 && known.Min(kept => kept.First) is var told && told > Floor)
            _first = told;
    }

    /// <summary>The shards that have yet to write.</summary>
    public IReadOnlyCollection<int> Left()
    {
        if (_recordsRefusal)
            return [index.Slots.ShardOf(request.Rows.Ids.Values[0])];
        return [.. parts.Where(part => !_answers.ContainsKey(part.Key) && (batch is null || part.Value[0] < Cut)).Select(part => part.Key)];
    }

    /// <summary>A shard's part of the commit.</summary>
    public ShardWrite CommitOf(int shard, Allotment allotment)
    {
        ulong first = _first ?? allotment.First;
        List<int> places = [.. parts[shard].TakeWhile(place => place < Cut)];
        return new()
        {
            IndexEpoch = allotment.Epoch,
            Mode = request.Mode,
            Rows = batch?.Take(places) ?? new() { Ids = new([]), Vectors = new(ReadOnlyMemory<float>.Empty) },
            Sequences = batch is null ? new ulong[] { first } : places.Select(place => first + (ulong)place).ToArray(),
            StopAtFirst = parts.Count == 1 && batch is not null,
            Token = token,
            Cut = Cut,
            First = first,
            Filter = request.Filter,
        };
    }

    /// <summary>Takes in what shards answered to the commit. One may have had its part already, from a try that was still under way.</summary>
    public void Learn((int Shard, ShardWriteReply Reply)[] commits)
    {
        foreach (var (shard, reply) in commits)
            _answers[shard] = new(reply.Kept?.Cut ?? Cut, reply.Applied, reply.Refused, reply.Position);
    }

    /// <summary>The answer: what was done, and of the rows that were not, all places and the reason of the first.</summary>
    public WriteReply Reply()
    {
        var positions = _answers.OrderBy(answer => answer.Key).Select(answer => answer.Value.Position).ToArray();
        int applied = _answers.Values.Sum(answer => answer.Applied);
        int[] left = batch is null ? [] : NotApplied(batch);
        if (left.Length == 0)
            return new() { Applied = applied, Positions = positions };
        var error = left[0] == batch!.Prefix ? batch.Error! : batch.Refusal(left[0]);
        error = error with { Index = request.Index, Item = left[0], NotApplied = left };
        return new() { Applied = applied, Positions = positions, Error = WireError.From(error) };
    }

    private int[] NotApplied(WriteBatch all)
    {
        int rows = request.Rows.Count;
        var cuts = new Dictionary<int, int>(_answers.Count);
        var refused = new HashSet<int>();
        foreach (var (shard, answer) in _answers)
        {
            if (!parts.TryGetValue(shard, out var places))
                continue;
            cuts[shard] = answer.Cut;

            // In a batch that lies in one shard the first refused row stops those after it.
            if (parts.Count == 1 && answer.Refused is [var stop, ..])
                cuts[shard] = places[stop];
            else
                refused.UnionWith(answer.Refused.Select(row => places[row]));
        }

        int lowest = Math.Min(Cut, cuts.Count == 0 ? 0 : cuts.Values.Min());
        if (refused.Count == 0 && lowest == rows)
            return [];
        var left = new List<int>();
        for (int place = 0; place < rows; place++)
        {
            bool isLeft = place < lowest
                ? refused.Contains(place)
                : place >= all.Prefix || refused.Contains(place) || place >= cuts.GetValueOrDefault(index.Slots.ShardOf(request.Rows.Ids.Values[place]));
            if (isLeft)
                left.Add(place);
        }

        return [.. left];
    }
}
