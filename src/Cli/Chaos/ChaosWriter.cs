using IqdbFlat.Cli.Chaos.Ledger;
using IqdbFlat.Cli.Numerics;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Chaos;

/// <summary>
/// Writes rows of its own without a pause, puts every write down before it sends it, and believes exactly what it is told: acknowledged, refused with nothing done, or unknown.
/// </summary>
internal sealed class ChaosWriter(int number, ulong seed, LedgerClock clock, RowMaker rows, Findings findings)
{
    private const int LongestBatch = 40;
    private const int ReadBackOneIn = 8;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    // Streams of one seed that are nobody else's.
    private const ulong Stream = 0x77726974_65720000;

    private Xoshiro256 _random = new(seed, Stream, (ulong)number);
    private volatile bool _isUnanswered;
    private volatile bool _isStopped;
    private long _acknowledged;
    private long _acknowledgedRows;
    private long _unknown;
    private long _refused;

    /// <summary>What it was told.</summary>
    public WriterLedger Ledger { get; } = new(number, clock);

    /// <summary>Whether a write is on its way: sent, and not answered.</summary>
    public bool IsUnanswered => _isUnanswered;

    /// <summary>Writes that were acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Rows of them.</summary>
    public long AcknowledgedRows => Interlocked.Read(ref _acknowledgedRows);

    /// <summary>Writes whose outcome was not told.</summary>
    public long Unknown => Interlocked.Read(ref _unknown);

    /// <summary>Writes that were answered with an error and are certainly not in.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Lets the write that is under way be the last.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>Writes until it is stopped.</summary>
    public async Task RunAsync(IFlatIndex index, CancellationToken cancellationToken)
    {
        _isStopped = false;
        var pause = TimeSpan.Zero;
        while (!_isStopped)
        {
            // Each failure may leave its rows in doubt, and nobody touches those: while the cluster is away the writer is modest.
            var kind = NextKind();
            var places = NextPlaces(kind, pause > TimeSpan.Zero ? 1 : LongestBatch);
            if (places.Count > 0 && await WriteAsync(index, Ledger.Begin(kind, places), cancellationToken))
            {
                pause = TimeSpan.Zero;
                continue;
            }

            pause = pause == TimeSpan.Zero ? FirstPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
            await Task.Delay(pause, cancellationToken);
        }
    }

    private WriteKind NextKind() => _random.Below(10) switch
    {
        < 5 => WriteKind.Insert,
        < 7 => WriteKind.Upsert,
        < 8 => WriteKind.UpdateMetadata,
        _ => WriteKind.Delete,
    };

    /// <summary>Rows that the write may be about: a run from a random place on, so that the same rows come again and again.</summary>
    private List<int> NextPlaces(WriteKind kind, int longest)
    {
        int count = kind == WriteKind.UpdateMetadata ? 1 : 1 + _random.Below(longest);
        int from = _random.Below(WriterLedger.Capacity);
        var places = new List<int>(count);
        for (int step = 0; step < WriterLedger.Capacity && places.Count < count; step++)
        {
            int place = (from + step) % WriterLedger.Capacity;
            var row = Ledger.Rows[place];
            if (row.Open is null && IsFor(kind, row.Certain.IsThere))
                places.Add(place);
        }

        return places;
    }

    private static bool IsFor(WriteKind kind, bool isThere) => kind switch
    {
        WriteKind.Insert => !isThere,
        WriteKind.Upsert => true,
        _ => isThere,
    };

    /// <summary>Sends a write and puts down what was told; false where it failed.</summary>
    private async Task<bool> WriteAsync(IFlatIndex index, LedgerWrite write, CancellationToken cancellationToken)
    {
        try
        {
            _isUnanswered = true;
            await SendAsync(index, write, cancellationToken);
            _isUnanswered = false;
        }
        catch (FlatIndexException error) when (IsFailure(error.Kind))
        {
            _isUnanswered = false;
            Fail(write, error);
            return false;
        }
        catch (FlatIndexException error)
        {
            _isUnanswered = false;
            findings.Add(FindingKind.Failed, $"{write.Kind} {write.Number} of writer {number} was answered {error.Kind}: {error.Message}");
            Fail(write, error);
            return false;
        }

        Told(write, write.Ids);
        if (write.Kind != WriteKind.Delete && _random.Below(ReadBackOneIn) == 0)
            await ReadBackAsync(index, write, cancellationToken);
        return true;
    }

    /// <summary>Outcomes that a cluster under fire may have.</summary>
    private static bool IsFailure(FlatErrorKind kind) =>
        kind is FlatErrorKind.Unavailable or FlatErrorKind.Loading or FlatErrorKind.Overloaded or FlatErrorKind.Timeout;

    private void Fail(LedgerWrite write, FlatIndexException error)
    {
        // A batch's error lists what it does not vouch for; an error that lists nothing vouches for nothing.
        var doubtful = error.Error.NotApplied.Count == 0 ? write.Ids : [.. error.Error.NotApplied.Select(place => write.Ids[place])];
        ulong[] vouched = [.. write.Ids.Except(doubtful)];
        if (vouched.Length > 0)
            Told(write, vouched);
        if (error.Error.MayHaveBeenApplied)
        {
            Interlocked.Increment(ref _unknown);
            return;
        }

        Interlocked.Increment(ref _refused);
        Ledger.Refuse(doubtful);
    }

    private void Told(LedgerWrite write, ulong[] ids)
    {
        Ledger.Acknowledge(write, ids);
        Interlocked.Increment(ref _acknowledged);
        Interlocked.Add(ref _acknowledgedRows, ids.Length);
    }

    private async Task SendAsync(IFlatIndex index, LedgerWrite write, CancellationToken cancellationToken)
    {
        switch (write.Kind)
        {
            case WriteKind.Insert:
                await index.InsertBatchAsync(Rows(write), cancellationToken: cancellationToken);
                break;
            case WriteKind.Upsert:
                await index.UpsertBatchAsync(Rows(write), cancellationToken: cancellationToken);
                break;
            case WriteKind.UpdateMetadata:
                await index.UpdateMetadataAsync(write.Ids[0], RowMaker.Metadata(Ledger.Find(write.Ids[0])!.Maybe), cancellationToken: cancellationToken);
                break;
            default:
                int removed = await index.DeleteBatchAsync([.. write.Ids.Select(id => (RowId)id)], cancellationToken: cancellationToken);
                if (removed != write.Ids.Length)
                    findings.Add(FindingKind.Wrong, $"{write.Kind} {write.Number} of writer {number} removed {removed} of {write.Ids.Length} rows that were there");
                break;
        }
    }

    private Row[] Rows(LedgerWrite write) => [.. write.Ids.Select(id => rows.Make(id, Ledger.Find(id)!.Maybe))];

    /// <summary>A handle sees what was acknowledged to it, whatever has become of the silo that acknowledged it.</summary>
    private async Task ReadBackAsync(IFlatIndex index, LedgerWrite write, CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredRow?> found;
        try
        {
            found = await index.GetBatchAsync([.. write.Ids.Select(id => (RowId)id)], cancellationToken);
        }
        catch (FlatIndexException error) when (IsFailure(error.Kind))
        {
            return;
        }

        for (int i = 0; i < found.Count; i++)
        {
            var row = Ledger.Find(write.Ids[i])!;
            if (found[i] is not { } stored || !rows.Is(stored, row.Certain))
                findings.Add(FindingKind.Lost, $"row {write.Ids[i]} was not read back right after write {write.Number} of writer {number} was acknowledged");
        }
    }
}
