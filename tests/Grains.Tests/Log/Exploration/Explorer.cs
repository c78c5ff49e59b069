using System.Collections.Immutable;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Log.Protocol;
using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Tests.Log.Exploration;

/// <summary>
/// Drives the protocol's own values (TakeOver, Append, Swap, Ownership) through every interleaving of a few activations, writes,
/// checkpoints, deletions and operations that land late, and looks after each step whether every acknowledged write can be recovered, and
/// none twice.
/// </summary>
/// <param name="mutation">What the world gets wrong.</param>
/// <param name="retries">
/// Whether all activations are asked for the same writes, as clients do that retry: each is done by whoever does not know its token, and acknowledged by
/// whoever does. Otherwise each activation has writes of its own.
/// </param>
/// <param name="keeps">Whether checkpoints may leave log records where they are, to count as segments.</param>
/// <param name="groups">Whether an activation may commit all the writes that it has left in one record.</param>
/// <param name="outstanding">Records that an activation may have on their way at once; no more than the protocol allows.</param>
internal sealed partial class Explorer(Mutation mutation, bool retries = false, bool keeps = false, bool groups = false, int outstanding = 1)
{
    /// <summary>States seen.</summary>
    public int States { get; private set; }

    /// <summary>Explores all states, or as many as allowed; answers what was wrong in the first bad one, or null.</summary>
    public string? Run(int actors, int writes, int checkpoints, int late, int maxStates)
    {
        var start = new World(
            (Checkpoint.First(Shards.Settings), "v0"),
            ImmutableSortedDictionary<LogPosition, (LogRecord, string)>.Empty,
            [],
            0,
            [.. Enumerable.Range(0, actors).Select(i => new Actor(i) { WritesLeft = writes, CheckpointsLeft = checkpoints })],
            1,
            late);
        var seen = new HashSet<UInt128> { start.Key() };
        var open = new Stack<World>();
        open.Push(start);
        while (open.TryPop(out var world))
        {
            if (Wrong(world) is { } wrong)
                return wrong;
            try
            {
                foreach (var next in Next(world))
                {
                    if (seen.Add(next.Key()))
                        open.Push(next);
                }
            }
            catch (TakeoverFailed failed)
            {
                return failed.Message;
            }

            States = seen.Count;
            if (States > maxStates)
                break;
        }

        return null;
    }

    private static string? Wrong(World world)
    {
        var found = world.Recoverable();
        if (found.Count != found.Distinct().Count())
            return $"recovered twice: {string.Join(", ", found)}";
        for (int i = 0; i < 32; i++)
        {
            if ((world.Acknowledged & (1u << i)) != 0 && !found.Contains(i))
                return $"write {i} was acknowledged and is lost";
        }

        return null;
    }

    private IEnumerable<World> Next(World world)
    {
        foreach (var late in world.Late)
            yield return Apply(world with { Late = world.Late.Remove(late) }, late.Command).World;
        foreach (var actor in world.Actors)
        {
            foreach (var next in Next(world, actor))
                yield return next;
        }
    }

    private IEnumerable<World> Next(World world, Actor actor)
    {
        if (actor.IsFenced)
            return actor.Appends.SelectMany((_, i) => Append(world, actor, i));
        if (actor.Owner is null)
        {
            var step = actor.TakingOver ?? new TakeOver(actor.Writer);
            return Perform(world, step.Command, (after, answer) => With(after, TookOver(actor, step.On(Seen(step, answer)))));
        }

        return NextOfOwner(world, actor);
    }

    private StoreAnswer Seen(TakeOver step, StoreAnswer answer)
    {
        if (mutation != Mutation.OverlookOutstanding || step.State != TakeOverState.LookingBeyond || answer is not StoreAnswer.FoundLog { Record: { Outstanding: > 0 } record })
            return answer;
        var at = ((StoreCommand.ReadLog)step.Command).At;
        return new StoreAnswer.FoundLog(LogRecord.Batch(at, record.Writer, record.BatchNumber, record.Previous, record.ReadBatch(at)), "");
    }

    private IEnumerable<World> NextOfOwner(World world, Actor actor)
    {
        foreach (var next in actor.Appends.SelectMany((_, i) => Append(world, actor, i)).Concat(BeginWrite(world, actor)))
            yield return next;
        foreach (var next in Checkpointing(world, actor))
            yield return next;
        if (actor.Trims is [var at, ..])
            yield return With(Trim(world, actor, at), actor with { Trims = actor.Trims.RemoveAt(0) });
    }

    private static Actor TookOver(Actor actor, TakeOver step)
    {
        if (step.State is TakeOverState.Missing or TakeOverState.Corrupt)
            throw new TakeoverFailed($"a takeover ended {step.State}: {step.Damage}");
        if (!step.IsDone)
            return actor with { TakingOver = step };
        // A record that stays tells its writes in place of its size, as a recovery would read them.
        uint content = step.Checkpoint!.Segments.Aggregate(Write.Decode(step.Checkpoint.Attachment), (bits, kept) => bits | (uint)kept.Bytes);
        uint tokens = Write.DecodeTokens(step.Checkpoint.Attachment);
        var (etags, unfolded) = (actor.ETags, actor.Unfolded);
        foreach (var (at, record, etag) in step.Tail)
        {
            content |= Write.BitsOf(record, at);
            tokens |= Write.TokensOf(record, at);
            etags = etags.Add(at, etag);
            unfolded = unfolded.Add(at, (Write.BitsOf(record, at), record.Checksum));
        }

        return actor with { TakingOver = null, Owner = Ownership.Of(step), Content = content, Tokens = tokens, ETags = etags, Unfolded = unfolded };
    }

    private IEnumerable<World> BeginWrite(World world, Actor actor)
    {
        if (actor.WritesLeft == 0 || actor.Appends.Count == Math.Min(outstanding, Ownership.MostOutstanding))
            yield break;
        int write = retries ? actor.WritesLeft : (actor.Number * 8) + actor.WritesLeft;
        if ((actor.Tokens & (1u << write)) != 0)
        {
            // The first answer, again.
            yield return With(world with { Acknowledged = world.Acknowledged | (1u << write) }, actor with { WritesLeft = actor.WritesLeft - 1 });
            yield break;
        }

        yield return Begin(world, actor, [write]);
        int[] all = [.. Enumerable.Range(1, actor.WritesLeft).Select(left => retries ? left : (actor.Number * 8) + left).Where(each => (actor.Tokens & (1u << each)) == 0)];
        if (groups && all.Length > 1 && all.Length == actor.WritesLeft)
            yield return Begin(world, actor, all);
    }

    private World Begin(World world, Actor actor, int[] writes)
    {
        uint bits = writes.Aggregate(0u, (bits, write) => bits | (1u << write));
        uint acknowledged = mutation == Mutation.AcknowledgeFirst ? world.Acknowledged | bits : world.Acknowledged;
        var append = actor.Owner!.Append(Write.Batch(writes));
        return With(world with { Acknowledged = acknowledged }, actor with
        {
            Owner = actor.Owner.Begun(append),
            Appends = actor.Appends.Add(new(append, bits, actor.Owner)),
            WritesLeft = actor.WritesLeft - writes.Length,
        });
    }

    private IEnumerable<World> Append(World world, Actor actor, int place)
    {
        var appending = actor.Appends[place];
        return appending.Append.IsDone ? [] : Perform(world, appending.Append.Command, (after, answer) =>
        {
            if (mutation == Mutation.TrustAbsence && appending.Append.State == AppendState.Looking && answer is StoreAnswer.Absent)
                return With(after, actor with { Appends = actor.Appends.RemoveAt(place), Owner = appending.Before });
            var step = appending.Append.On(answer);
            if (step.State == AppendState.Fenced)
                return Settle(after, Fenced(actor) with { Appends = [.. actor.Appends.Take(place), .. actor.Appends.Skip(place + 1).Select(behind => behind with { IsDoomed = true })] });
            if (step.State == AppendState.Committed && mutation == Mutation.AcknowledgeAlone)
                after = after with { Acknowledged = after.Acknowledged | appending.Writes };
            return Settle(after, actor with { Appends = actor.Appends.SetItem(place, appending with { Append = step }) });
        });
    }

    // A record that is in the log counts when those before it do.
    private static World Settle(World world, Actor actor)
    {
        while (actor.Appends is [{ Append: { State: AppendState.Committed } step } first, ..])
        {
            actor = actor with { Appends = actor.Appends.RemoveAt(0) };
            if (first.IsDoomed)
                continue;
            world = world with { Acknowledged = world.Acknowledged | first.Writes };
            actor = actor with
            {
                Owner = actor.Owner!.After(step),
                Content = actor.Content | first.Writes,
                Tokens = actor.Tokens | first.Writes,
                ETags = actor.ETags.Add(step.At, step.ETag!),
                Unfolded = actor.Unfolded.Add(step.At, (first.Writes, step.Record.Checksum)),
            };
        }

        return With(world, actor.IsFenced && actor.Appends.All(appending => appending.Append.IsDone) ? new Actor(actor.Number) { IsFenced = true } : actor);
    }

    // First the snapshot is fixed, between commits; then commits go on, until the fold is written.
    private IEnumerable<World> Checkpointing(World world, Actor actor)
    {
        if (actor.Swap is { } swap)
            return Perform(world, swap.Command, (after, answer) => With(after, Swapped(actor, swap.On(answer))));
        if (actor.Snapshot is { } snapshot)
        {
            return [With(world, actor with { Snapshot = null, Swap = Fold(actor, snapshot) })];
        }

        bool may = actor is { Appends.IsEmpty: true, CheckpointsLeft: > 0, Trims.IsEmpty: true };
        if (!may)
            return [];
        var folding = actor with { CheckpointsLeft = actor.CheckpointsLeft - 1 };
        uint tokens = mutation == Mutation.ForgetTokens ? 0 : actor.Tokens;
        var before = actor.Owner!.Checkpoint.Segments;
        World[] folds = [With(world, folding with { Snapshot = (actor.Owner, actor.Content, tokens, []) })];
        if (!keeps || (before.IsEmpty && actor.Unfolded.IsEmpty))
            return folds;

        // What was kept before stays, or is folded now; the records since then stay.
        var fresh = actor.Unfolded.OrderBy(record => record.Key).Select(record =>
            (new StoredSegment(SegmentName.Of(record.Key), 1, (int)record.Value.Writes, record.Value.Checksum, 0, default), record.Value.Writes)).ToArray();
        uint inFresh = fresh.Aggregate(0u, (bits, record) => bits | record.Writes);
        return
        [
            .. folds,
            With(world, folding with { Snapshot = (actor.Owner, actor.Content & ~inFresh, tokens, [.. fresh.Select(record => record.Item1)]) }),
        ];
    }

    private static Swap Fold(Actor actor, (Ownership Base, uint Content, uint Tokens, ImmutableArray<StoredSegment> Kept) snapshot)
    {
        var owner = actor.Owner!;
        var content = new Checkpoint { Settings = Shards.Settings, Chain = [], Segments = snapshot.Kept, Attachment = Write.Encode(snapshot.Content, snapshot.Tokens) };
        var dropped = owner.Checkpoint.Segments.Where(kept => !snapshot.Kept.Contains(kept)).Select(kept => LogRange.Of(kept.Name.ToPlace()));
        return owner.Fold(content, snapshot.Base, owner.Checkpoint.LeftLogs.AddRange(dropped));
    }

    private Actor Swapped(Actor actor, Swap swap)
    {
        if (!swap.IsDone)
            return actor with { Swap = swap };
        if (swap.State == SwapState.Lost)
            return actor.Appends.IsEmpty ? new Actor(actor.Number) { IsFenced = true } : Fenced(actor);
        var trims = swap.Next.LeftLogs.SelectMany(Positions);
        if (mutation == Mutation.DeleteSeals)
            trims = trims.Concat(actor.Owner!.EarlierLogs.Select(range => new LogPosition(range.Epoch, range.To)));
        if (mutation == Mutation.TrimKept)
            trims = trims.Concat(swap.Next.Segments.Select(kept => kept.Name.ToPlace()));
        var start = new LogPosition(swap.Next.Epoch, swap.Next.Chain[^1].Base);
        return actor with { Swap = null, Owner = actor.Owner!.After(swap), Trims = [.. trims], Unfolded = actor.Unfolded.RemoveRange(actor.Unfolded.Keys.Where(at => at < start)) };
    }

    private static IEnumerable<LogPosition> Positions(LogRange range)
    {
        for (ulong position = range.From; position < range.To; position++)
            yield return new LogPosition(range.Epoch, position);
    }

    // Nothing new begins. What is on its way goes on.
    private static Actor Fenced(Actor actor) => new(actor.Number) { IsFenced = true, Owner = actor.Owner, Appends = actor.Appends };

    private static World With(World world, Actor actor) => world with { Actors = world.Actors.SetItem(actor.Number, actor) };

    private sealed class TakeoverFailed(string message) : Exception(message);
}
