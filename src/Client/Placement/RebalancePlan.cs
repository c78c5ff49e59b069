namespace IqdbFlat.Client.Placement;

/// <summary>
/// Which shards to move so that they are spread evenly: first those of each index, so that a search uses all silos alike, then all together, so that indexes of one shard
/// do not share a silo while another has none.
/// </summary>
/// <remarks>
/// A move is taken where it lowers the sum of squares of its index's shards over the silos; or leaves it as it is and lowers that of all shards. Both only fall, so
/// the plan ends; and where no move is left, counts differ by one at the most, or a move would help neither.
/// </remarks>
internal sealed class RebalancePlan
{
    private readonly string[] _silos;
    private readonly Dictionary<string, int> _all;
    private readonly Dictionary<(string Index, string Silo), int> _ofIndex = [];
    private readonly List<PlacedShard> _shards;
    private readonly HashSet<(string Index, int Shard, string Silo)> _refused = [];

    public RebalancePlan(IEnumerable<PlacedShard> shards, IEnumerable<string> silos)
    {
        _silos = [.. silos.Order(StringComparer.Ordinal)];
        _all = _silos.ToDictionary(silo => silo, _ => 0, StringComparer.Ordinal);

        // A shard on no silo, or on one that has left, goes where the placement puts it: only what is somewhere can be moved.
        _shards = [.. shards.Where(shard => _all.ContainsKey(shard.Silo))];
        foreach (var shard in _shards)
            Count(shard.Index, shard.Silo, 1);
    }

    /// <summary>The moves, in their order: a shard as it is, and the silo that it goes to.</summary>
    public static IEnumerable<(PlacedShard Shard, string To)> Of(IEnumerable<PlacedShard> shards, IEnumerable<string> silos)
    {
        var plan = new RebalancePlan(shards, silos);
        while (plan.Next() is { } move)
        {
            plan.Done(move);
            yield return move;
        }
    }

    /// <summary>The move that gains most, so that no other is undone by it; null when none is left.</summary>
    public (PlacedShard Shard, string To)? Next()
    {
        int best = -1;
        string target = "";
        var most = (OfIndex: 0, OfAll: 0);
        for (int i = 0; i < _shards.Count; i++)
        {
            var shard = _shards[i];
            string to = _silos.Where(silo => !_refused.Contains((shard.Index, shard.Shard, silo))).MinBy(silo => (Of(shard.Index, silo), _all[silo]))!;
            var gain = (OfIndex: Of(shard.Index, shard.Silo) - Of(shard.Index, to), OfAll: _all[shard.Silo] - _all[to]);
            if (gain.OfIndex < 1 || (gain.OfIndex == 1 && gain.OfAll < 2) || gain.CompareTo(most) <= 0)
                continue;
            (best, target, most) = (i, to, gain);
        }

        return best < 0 ? null : (_shards[best], target);
    }

    /// <summary>The shard is where it was to go to.</summary>
    public void Done((PlacedShard Shard, string To) move)
    {
        Count(move.Shard.Index, move.Shard.Silo, -1);
        Count(move.Shard.Index, move.To, 1);
        _shards[_shards.IndexOf(move.Shard)] = move.Shard with { Silo = move.To };
    }

    /// <summary>The silo has no room for the shard, which stays where it is.</summary>
    public void Refuse((PlacedShard Shard, string To) move) => _refused.Add((move.Shard.Index, move.Shard.Shard, move.To));

    private int Of(string index, string silo) => _ofIndex.GetValueOrDefault((index, silo));

    private void Count(string index, string silo, int by)
    {
        _all[silo] += by;
        _ofIndex[(index, silo)] = Of(index, silo) + by;
    }
}
