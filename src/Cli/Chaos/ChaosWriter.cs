using IqdbFlat.Abstractions;
using IqdbFlat.Cli.Chaos.Ledger;
using IqdbFlat.Cli.Numerics;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Chaos;

/// <summary>
/// Writes rows of its own without a pause, puts every write down before it sends it, and believes exactly what it is told: acknowledged, refused with nothing done, or unknown. Most of the
/// unknown it sends again under their tokens, after a kill as before it: what was in must then be answered as at first, and not be done twice.
/// </summary>
internal sealed class ChaosWriter(int number, ulong seed, LedgerClock clock, RowMaker rows, Findings findings)
{
    private const int LongestBatch = 40;
    private const int ReadBackOneIn = 8;
    private const int NotRetriedOneIn = 4;
    private const int MostRetries = 8;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    // Streams of one seed that are nobody else's.
    private const ulong Stream = 0x77726974_65720000;

    private Xoshiro256 _random = new(seed, Stream, (ulong)number);
    private readonly Guid _client = Guid.CreateVersion7();
    private volatile bool _isUnanswered;
    private volatile bool _isStopped;
    private long _acknowledged;
    private long _acknowledgedRows;
    private long _unknown;
    private long _refused;
    private long _retried;

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

    /// <summary>Writes that were sent again, because their outcome was not told.</summary>
    public long Retried => Interlocked.Read(ref _retried);

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
        var options = new WriteOptions { Token = new WriteToken(_client, (ulong)write.Number) };
        int retries = _random.Below(NotRetriedOneIn) == 0 ? 0 : MostRetries;
        var pause = FirstPause;
        for (bool mayBeIn = false; ;)
        {
            try
            {
                _isUnanswered = true;
                await SendAsync(index, write, options, cancellationToken);
                _isUnanswered = false;
                break;
            }
            catch (FlatIndexException error)
            {
                _isUnanswered = false;

                // Nothing done by this try says nothing of one before it.
                mayBeIn |= error.Error.MayHaveBeenApplied;
                if (!IsFailure(error.Kind))
                    findings.Add(FindingKind.Failed, $"{write.Kind} {write.Number} of writer {number} was answered {error.Kind}{(mayBeIn ? " to a retry" : "")}: {error.Message}");
                if (!IsFailure(error.Kind) || !mayBeIn || retries-- == 0 || _isStopped)
                {
                    Fail(write, error, mayBeIn);
                    return false;
                }
            }

            Interlocked.Increment(ref _retried);
            await Task.Delay(pause, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        Told(write, write.Ids);
        if (write.Kind != WriteKind.Delete && _random.Below(ReadBackOneIn) == 0)
            await ReadBackAsync(index, write, cancellationToken);
        return true;
    }

    /// <summary>Outcomes that a cluster under fire may have.</summary>
    private static bool IsFailure(FlatErrorKind kind) =>
        kind is FlatErrorKind.Unavailable or FlatErrorKind.Loading or FlatErrorKind.Overloaded or FlatErrorKind.Timeout;

    private void Fail(LedgerWrite write, FlatIndexException error, bool mayBeIn)
    {
        // A batch's error lists what it does not vouch for; an error that lists nothing vouches for nothing.
        var doubtful = error.Error.NotApplied.Count == 0 ? write.Ids : [.. error.Error.NotApplied.Select(place => write.Ids[place])];
        ulong[] vouched = [.. write.Ids.Except(doubtful)];
        if (vouched.Length > 0)
            Told(write, vouched);
        if (mayBeIn)
        {
            Ledger.GiveUp(write);
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

    private async Task SendAsync(IFlatIndex index, LedgerWrite write, WriteOptions options, CancellationToken cancellationToken)
    {
        switch (write.Kind)
        {
            case WriteKind.Insert:
                await index.InsertBatchAsync(Rows(write), options, cancellationToken);
                break;
            case WriteKind.Upsert:
                await index.UpsertBatchAsync(Rows(write), options, cancellationToken);
                break;
            case WriteKind.UpdateMetadata:
                await index.UpdateMetadataAsync(write.Ids[0], RowMaker.Metadata(Ledger.Find(write.Ids[0])!.Maybe), options, cancellationToken);
                break;
            default:
                int removed = await index.DeleteBatchAsync([.. write.Ids.Select(id => (RowId)id)], options, cancellationToken);
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
