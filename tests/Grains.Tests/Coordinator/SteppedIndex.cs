using System.Reflection;
using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Grains.Indexes;
using IqdbFlat.Grains.Shards;
using IqdbFlat.Grains.Tokens;

namespace IqdbFlat.Grains.Tests.Coordinator;

/// <summary>
/// The shards of one index and its index grain, in their own code and without a silo. Calls of them wait until the test takes one: so it decides in which order
/// they arrive, which answers are lost, and when the index grain is activated anew.
/// </summary>
internal sealed class SteppedIndex
{
    private readonly List<Activation> _activations = [];
    private readonly Removals[] _removals;
    private readonly ShardRows[] _shards;
    private readonly IndexDescription _description;
    private ulong _lease;

    public SteppedIndex(int shards)
    {
        _removals = [.. Enumerable.Range(0, shards).Select(_ => new Removals())];
        _shards = [.. _removals.Select(removals => new ShardRows(new RowStore(1, Metric.Euclidean), new(removals, new TokenTable()), 0))];
        _description = new()
        {
            Name = "stepped",
            Home = "stepped",
            Incarnation = "01",
            Settings = new(1, Metric.Euclidean, shards),
            Slots = SlotMap.Even(shards),
            Epoch = 0,
            Created = default,
        };
        Reactivate();
        Grains = Proxy<IGrainFactory>((method, arguments) =>
            method.GetGenericArguments()[0] == typeof(IIndexGrain) ? Index() : Shard(ShardKey.Parse((string)arguments[0]!).Shard));
    }

    /// <summary>What a coordinator calls.</summary>
    public IGrainFactory Grains { get; }

    /// <summary>Calls that are on their way.</summary>
    public List<Call> Calls { get; } = [];

    /// <summary>Whose calls come now.</summary>
    public int Caller { get; set; }

    /// <summary>Which activation of the index grain a call reaches, of so many.</summary>
    public Func<int, int> Reached { get; set; } = activations => activations - 1;

    /// <summary>The index as it is described now.</summary>
    public IndexDescription Description => _description with { Epoch = _activations[^1].Epoch };

    /// <summary>All rows, in the order of insertion.</summary>
    public RowId[] Ids => [.. _shards
        .SelectMany(shard => shard.Snapshot.RowsAfter(0, int.MaxValue).Select(row => (Sequence: shard.Snapshot.SequenceOf(row), Id: shard.Snapshot.IdOf(row))))
        .OrderBy(row => row.Sequence)
        .Select(row => row.Id)];

    /// <summary>The index grain is activated anew, as after the loss of its silo.</summary>
    public void Reactivate()
    {
        (ulong first, _lease) = (_lease + 1, _lease + 1_000);
        _activations.Add(new((ulong)_activations.Count + 1, new(first, _lease), new(TimeProvider.System, TimeSpan.FromHours(1))));
    }

    /// <summary>A shard has removed so much that it knows of no removal so far any more.</summary>
    public void Forget(int shard) => _removals[shard].Floor = _activations[^1].Lease.Take(1);

    /// <summary>Clears the index at once.</summary>
    public void Clear()
    {
        ulong number = _activations[^1].Lease.Take(1);
        Array.ForEach(_shards, shard => Apply(shard, WriteMode.Clear, shard.IndexEpoch, number));
    }

    private static T Proxy<T>(Func<MethodInfo, object?[], object?> answer)
        where T : class
    {
        var proxy = DispatchProxy.Create<T, Answering>();
        ((Answering)(object)proxy).Answer = answer;
        return proxy;
    }

    private static void Refuse(ulong epoch, ShardRows shard)
    {
        if (epoch < shard.IndexEpoch)
            throw FlatIndexException.IndexNotFound("stepped");
    }

    private IIndexGrain Index() => Proxy<IIndexGrain>((method, arguments) => method.Name switch
    {
        nameof(IIndexGrain.AllotBatch) => Send(method.Name, arguments, () => Allot(Activated(), (int)arguments[1]!, (ShardToken?)arguments[2], (ulong)arguments[3]!)),
        nameof(IIndexGrain.FinishBatch) => Send(method.Name, arguments, () =>
        {
            Activated().InFlight.Finish((ulong)arguments[0]!, (BatchEnd)arguments[1]!);
            return true;
        }),
        _ => throw new NotSupportedException(method.Name),
    });

    private Activation Activated() => _activations[Reached(_activations.Count)];

    private Allotment Allot(Activation index, int count, ShardToken? token, ulong above)
    {
        if (!index.IsFenced)
            Array.ForEach(_shards, shard => Fence(shard, index.Epoch));
        index.IsFenced = true;
        ulong first = (token is { } known ? index.InFlight.NumbersOf(known, count, above) : null) ?? index.Lease.Take(count);
        index.InFlight.Begin(first, count, token);
        return new(first, index.Epoch);
    }

    private static void Fence(ShardRows shard, ulong epoch)
    {
        Refuse(epoch, shard);
        Apply(shard, WriteMode.DeleteIfPresent, epoch);
    }

    private static void Apply(ShardRows shard, WriteMode mode, ulong epoch, params ulong[] numbers) => shard.Apply(shard.Plan(new()
    {
        IndexEpoch = epoch,
        Mode = mode,
        Rows = new() { Ids = new([]), Vectors = new(ReadOnlyMemory<float>.Empty) },
        Sequences = numbers,
        StopAtFirst = false,
    }).Batch);

    private IShardGrain Shard(int shard) => Proxy<IShardGrain>((method, arguments) => method.Name switch
    {
        nameof(IShardGrain.CheckWrite) => Send(method.Name, arguments, () => Check(shard, (ShardCheck)arguments[0]!)),
        nameof(IShardGrain.WriteRows) => Send(method.Name, arguments, () => Write(shard, (ShardWrite)arguments[0]!)),
        _ => throw new NotSupportedException(method.Name),
    });

    private ShardCheckReply Check(int shard, ShardCheck check)
    {
        var rows = _shards[shard];
        Refuse(check.IndexEpoch, rows);
        var kept = rows.AnswerOf(check.Token);
        return new() { Position = new(shard, 0, 0), Refused = kept is null ? rows.Check(check.Mode, check.Ids.Span) : [], Kept = kept, Floor = rows.Floor };
    }

    private ShardWriteReply Write(int shard, ShardWrite write)
    {
        var rows = _shards[shard];
        Refuse(write.IndexEpoch, rows);
        if (rows.AnswerOf(write.Token) is { } kept)
            return new() { Position = new(shard, 0, 0), Applied = kept.Applied, Refused = kept.Refused, Kept = kept };
        var plan = rows.Plan(write);
        rows.Apply(plan.Batch);
        return new() { Position = new(shard, 0, 0), Applied = plan.Applied, Refused = plan.Refused };
    }

    private Task<T> Send<T>(string name, object?[] arguments, Func<T> run)
    {
        var answer = new TaskCompletionSource<T>();
        var cancellation = (CancellationToken)arguments[^1]!;
        cancellation.Register(() => answer.TrySetCanceled(cancellation));
        Calls.Add(new(Caller, name, isLost =>
        {
            try
            {
                var result = run();
                if (isLost)
                    answer.TrySetException(new SiloUnavailableException("lost on purpose"));
                else
                    answer.TrySetResult(result);
                return true;
            }
            catch (FlatIndexException refused)
            {
                answer.TrySetException(refused);
                return false;
            }
        }));
        return answer.Task;
    }

    /// <summary>A call on its way.</summary>
    /// <param name="Caller">Whose it is.</param>
    /// <param name="Name">The method.</param>
    /// <param name="Arrive">Runs it where it arrives and answers, or loses the answer; false where it is refused.</param>
    public sealed record Call(int Caller, string Name, Func<bool, bool> Arrive);

    private sealed record Activation(ulong Epoch, SequenceLease Lease, BatchesInFlight InFlight)
    {
        public bool IsFenced { get; set; }
    }

    /// <summary>Hands every call of an interface to a function.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1852", Justification = "The runtime derives the proxies from it.")]
    public class Answering : DispatchProxy
    {
        internal Func<MethodInfo, object?[], object?> Answer { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Answer(targetMethod!, args!);
    }
}
