using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Listing;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Tokens;

namespace IqdbFlat.Grains.Shards;

/// <summary>
/// The rows of one shard and the rules by which writes change them. A write is planned against the rows as they are, committed
/// to the log by the caller, and then applied; recovery applies the same batches again. No grain, no clock, no I/O.
/// </summary>
internal sealed class ShardRows(RowStore store, ShardAttachment attachment, ulong indexEpoch)
{
    /// <summary>Rows that one filter removes in one shard, at most: they stand in one record of its log, with their ids.</summary>
    public const int MostRemoved = 500_000;

    private readonly Removals _removals = attachment.Removals;
    private readonly TokenTable _tokens = attachment.Tokens;

    /// <summary>The rows published now.</summary>
    public RowSnapshot Snapshot => store.Snapshot;

    /// <summary>Bytes that the rows occupy.</summary>
    public long MemoryBytes => store.MemoryBytes;

    /// <summary>The newest index epoch seen; requests of an older one are refused.</summary>
    public ulong IndexEpoch { get; private set; } = indexEpoch;

    /// <summary>Numbers up to this one may be below forgotten removals: no new row is taken under them.</summary>
    public ulong Floor => _removals.Floor;

    /// <summary>What is remembered of removals and tokens, to be kept with a checkpoint.</summary>
    public ReadOnlyMemory<byte> Attachment => attachment.Write();

    /// <summary>The tokens that are remembered, in their form.</summary>
    public byte[] Tokens => TokenForm.Write(_tokens);

    /// <summary>The answer that a token got here, or null for a new one or none. TokenExpired; InvalidConfig for another payload.</summary>
    public KeptAnswer? AnswerOf(in ShardToken? token) => token is { } known ? _tokens.Find(known) : null;

    /// <summary>Places of rows that a write would refuse.</summary>
    public int[] Check(WriteMode mode, ReadOnlySpan<RowId> ids)
    {
        var snapshot = Snapshot;
        var refused = new List<int>();
        var seen = mode == WriteMode.UpdateMetadata ? null : new HashSet<RowId>();
        for (int row = 0; row < ids.Length; row++)
        {
            bool present = snapshot.TryFind(ids[row], out _);
            bool repeated = seen is not null && !seen.Add(ids[row]);
            if (mode == WriteMode.Insert ? present || repeated : !present || repeated)
                refused.Add(row);
        }

        return [.. refused];
    }

    /// <summary>What a write does to the rows as they are now. Nothing changes yet. Under a token the answer goes into the batch, whatever it is.</summary>
    public ShardPlan Plan(ShardWrite write)
    {
        var plan = write.Mode switch
        {
            WriteMode.Clear => PlanClear(write),
            WriteMode.DeleteMatching => PlanRemoval(write),
            _ => new WritePlanner(Snapshot, _removals, IndexEpoch, write).Plan(),
        };
        if (write.Token is not { } token)
            return plan;
        var answer = new KeptAnswer { Cut = write.Cut, Applied = plan.Applied, Refused = plan.Refused, First = write.First };
        return plan with { Batch = plan.Batch with { Answers = [new(TokenForm.Write(token), TokenForm.Write(answer))] } };
    }

    /// <summary>Applies a batch that is durable, all at once for readers.</summary>
    public void Apply(ShardBatch batch)
    {
        using var staged = Stage(batch);
        staged.Publish();
    }

    /// <summary>Puts a batch's rows where readers do not see them yet. No other batch may be staged or applied before this one has been published or disposed of.</summary>
    public StagedBatch Stage(ShardBatch batch)
    {
        if (batch.Operations.Count == 0 || IsClearing(batch))
            return new(this, batch, null);
        var writer = store.BeginWrite();
        try
        {
            foreach (var operation in batch.Operations)
            {
                if (operation.Kind == ShardOperationKind.Put)
                    writer.Put(operation.Id, operation.Number, operation.Vector.Span, operation.Metadata);
                else if (operation.Kind == ShardOperationKind.Remove)
                    writer.Remove(operation.Id);
            }

            return new(this, batch, writer);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>What a batch does beside its rows, once they are seen.</summary>
    internal void Published(ShardBatch batch)
    {
        if (IsClearing(batch))
            ApplyClear(batch.Operations);
        foreach (var operation in batch.Operations)
        {
            if (operation.Kind == ShardOperationKind.Remove)
                _removals.Add(operation.Id, operation.Number);
            else if (operation.Kind == ShardOperationKind.IndexEpoch)
                IndexEpoch = Math.Max(IndexEpoch, operation.Number);
        }

        foreach (var (token, answer) in batch.Answers)
            _tokens.Add(TokenForm.ReadToken(token.Span), TokenForm.ReadAnswer(answer.Span));
    }

    /// <summary>Bytes that putting so many rows may claim at most: their own, and those of their ids and metadata. What is given back comes later.</summary>
    public long GrowthBytes(int rows, long bytes) => rows == 0 ? 0 : bytes + Snapshot.GrowthBytes(rows);

    /// <summary>The rows that operations put, and what their ids and metadata may claim.</summary>
    public static (int Rows, long Bytes) PutsOf(IReadOnlyList<ShardOperation> operations)
    {
        int rows = 0;
        long bytes = 0;
        foreach (var operation in operations)
        {
            if (operation.Kind != ShardOperationKind.Put)
                continue;
            rows++;
            bytes += RowSnapshot.GrowthBytesOf(operation.Id, operation.Metadata);
        }

        return (rows, bytes);
    }

    private static bool IsClearing(ShardBatch batch) => batch.Operations.Any(operation => operation.Kind == ShardOperationKind.Clear);

    /// <summary>The rows that meet the filter now. One that was written after the removal's number was allotted, and arrived before it, stays.</summary>
    private ShardPlan PlanRemoval(ShardWrite write)
    {
        var snapshot = Snapshot;
        ulong number = write.Sequences[0];
        var rows = new RowSelection(snapshot, write.Filter.Filter, CancellationToken.None).Rows(MostRemoved);
        ShardOperation[] removals = [.. rows.Where(row => snapshot.SequenceOf(row) < number).Select(row => ShardOperation.Remove(snapshot.IdOf(row), number))];
        return new(new([.. WritePlanner.EpochChange(write, IndexEpoch), .. removals]), removals.Length, []);
    }

    private ShardPlan PlanClear(ShardWrite write)
    {
        var snapshot = Snapshot;
        ulong number = write.Sequences[0];
        int newer = snapshot.RowsAfter(number, int.MaxValue).Length;
        return new(
            new([.. WritePlanner.EpochChange(write, IndexEpoch), ShardOperation.Clear(number)]), snapshot.Count - newer, []);
    }

    /// <summary>A row that was written after the clearing's number was allotted, and arrived before it, stays.</summary>
    private void ApplyClear(IReadOnlyList<ShardOperation> operations)
    {
        foreach (var operation in operations)
        {
            if (operation.Kind != ShardOperationKind.Clear)
                continue;
            var snapshot = store.Snapshot;
            int[] newer = snapshot.RowsAfter(operation.Number, int.MaxValue);
            _removals.Clear(operation.Number);
            if (newer.Length == 0)
            {
                store.Clear();
                continue;
            }

            var kept = newer.ToHashSet();
            using var writer = store.BeginWrite();
            foreach (int row in snapshot.RowsAfter(0, int.MaxValue))
            {
                if (!kept.Contains(row))
                    writer.Remove(snapshot.IdOf(row));
            }

            writer.Publish();
        }
    }
}
