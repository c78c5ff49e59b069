using IqdbFlat.Abstractions;
using IqdbFlat.Engine.Encoding;
using IqdbFlat.Grains.Log;
using static IqdbFlat.Grains.Tests.Log.Shards;

namespace IqdbFlat.Grains.Tests.Log;

public sealed class VerificationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sound_shard_has_no_problem_and_the_digest_of_its_rows()
    {
        var story = await StoryAsync();
        foreach (bool known in new[] { false, true })
        {
            var found = await VerifyAsync(story, known);
            Assert.Empty(found.Problems);
            Assert.Empty(found.Unchecked);
            Assert.Equal(story.Digest, found.Stored);
        }
    }

    [Fact]
    public async Task A_flipped_bit_in_any_record_that_counts_is_named_and_the_others_are_read()
    {
        var whole = await StoryAsync();
        long records = (await VerifyAsync(whole, known: true)).Records;
        foreach (string name in whole.Counting)
        {
            foreach (bool known in new[] { false, true })
            {
                int length = whole.Records.Read(name)!.Value.Bytes.Length;
                for (int at = 0; at < length; at += Math.Max(1, length / 23))
                {
                    var story = await StoryAsync();
                    int place = at;
                    story.Records.Overwrite(name, bytes =>
                    {
                        bytes[place] ^= (byte)(1 << (place % 8));
                        return bytes;
                    });
                    var found = await VerifyAsync(story, known);
                    Assert.Contains(found.Problems, problem => problem.Record == name);
                    Assert.True(name == "checkpoint" || found.Stored is null, $"the rows of {name} cannot be known");
                    if (known)
                        Assert.Equal(records, found.Records);
                }
            }
        }
    }

    [Fact]
    public async Task A_record_that_is_cut_short_or_missing_is_named()
    {
        var whole = await StoryAsync();
        foreach (string name in whole.Counting)
        {
            var cut = await StoryAsync();
            cut.Records.Overwrite(name, bytes => bytes[..^1]);
            Assert.Contains((await VerifyAsync(cut, known: true)).Problems, problem => problem.Record == name);
            var missing = await StoryAsync();
            missing.Records.Remove(name);
            Assert.Contains((await VerifyAsync(missing, known: true)).Problems, problem => problem.Record == name && problem.Reason.Contains("missing", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_gap_in_the_log_of_a_shard_that_is_not_loaded_is_found_by_what_follows_it()
    {
        var story = await StoryAsync();
        string first = story.Counting.First(name => name.StartsWith("log/", StringComparison.Ordinal));
        story.Records.Remove(first);
        Assert.Contains((await VerifyAsync(story, known: false)).Problems, problem => problem.Record == first);
    }

    [Fact]
    public async Task A_checkpoint_that_cannot_be_read_and_that_nobody_knows_is_said_to_leave_the_rest_unchecked()
    {
        var story = await StoryAsync();
        story.Records.Remove("checkpoint");
        var found = await VerifyAsync(story, known: false);
        Assert.Equal("checkpoint", Assert.Single(found.Problems).Record);
        Assert.NotEmpty(found.Unchecked);
        Assert.Null(found.Stored);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_said()
    {
        var story = await StoryAsync();
        var verification = new Verification(new MemoryRecordStore(story.Records, n => n is >= 1 and <= 3 ? Fault.Before : Fault.None), Cancel);
        await verification.RunAsync(story.Log.Checkpoint, story.Log.End);
        Assert.Contains("did not answer", Assert.Single(verification.Unchecked), StringComparison.Ordinal);
        Assert.Null(verification.Stored);
    }

    [Fact]
    public async Task Random_histories_digest_as_the_model_does()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (int round = 0; round < 40; round++)
        {
            var records = await MadeAsync();
            var (log, model) = await OpenAsync(new MemoryRecordStore(records));
            ulong number = 1;
            for (int i = 0; i < 30; i++)
            {
                switch (random.Next(8))
                {
                    case 0:
                        await CommitAsync(log, model, Batch(ShardOperation.Clear(number++)));
                        break;
                    case 1:
                        await log.CheckpointAsync(model.Copy(), cancellation: Cancel);
                        break;
                    case 2:
                        (log, model) = await OpenAsync(new MemoryRecordStore(records));
                        break;
                    case 3:
                        await CommitAsync(log, model, Batch(ShardOperation.Remove((ulong)random.Next(12), number++)));
                        break;
                    default:
                        await CommitAsync(log, model, Batch([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Put((ulong)random.Next(12), number++, random.Next()))]));
                        break;
                }
            }

            var found = new Verification(new MemoryRecordStore(records), Cancel);
            await found.RunAsync(log.Checkpoint, log.End);
            Assert.True(found.Problems.Count == 0, $"seed {seed}, round {round}: {string.Join('\n', found.Problems)}");
            Assert.Equal((seed, DigestOf(model)), (seed, found.Stored!.Value));
        }
    }

    /// <summary>A shard with segments, tombstones, an earlier epoch in its chain and a tail.</summary>
    private static async Task<Story> StoryAsync()
    {
        var records = await MadeAsync();
        var (log, model) = await OpenAsync(new MemoryRecordStore(records));
        await CommitAsync(log, model, Batch([.. Enumerable.Range(0, 30).Select(i => Put((ulong)i, 100 + (ulong)i))]));
        await log.CheckpointAsync(model.Copy());
        await CommitAsync(log, model, Batch(ShardOperation.Remove(3, 140), Put(4, 141)));
        (log, model) = await OpenAsync(new MemoryRecordStore(records));
        await CommitAsync(log, model, Batch(Put(50, 150)));
        await CommitAsync(log, model, Batch(ShardOperation.Remove(5, 151), Put(6, 106, 9)));
        string[] counting =
        [
            "checkpoint",
            .. log.Checkpoint.Segments.Select(segment => $"segment/{segment.Name.Epoch:x16}/{segment.Name.Number:x8}"),
            .. records.Names.Where(name => name.StartsWith("log/", StringComparison.Ordinal) && IsCounted(log, name)),
        ];
        return new(records, log, model, DigestOf(model), counting);
    }

    private static bool IsCounted(ShardLog log, string name)
    {
        string[] parts = name.Split('/');
        ulong epoch = Convert.ToUInt64(parts[1], 16);
        return log.Checkpoint.Chain.Any(link => link.Epoch == epoch && Convert.ToUInt64(parts[2], 16) >= link.Base);
    }

    private static RowsDigest DigestOf(ShardModel model)
    {
        var digest = new RowSetDigest();
        foreach (var row in model.Rows(model.Sequences.ToHashSet()))
            digest.Add(row.Id, row.Sequence, row.Vector.Span, row.Metadata);
        return RowsDigest.Of(digest);
    }

    private static async Task<Verification> VerifyAsync(Story story, bool known)
    {
        var verification = new Verification(new MemoryRecordStore(story.Records), Cancel);
        await verification.RunAsync(known ? story.Log.Checkpoint : null, known ? story.Log.End : null);
        return verification;
    }

    private sealed record Story(MemoryRecords Records, ShardLog Log, ShardModel Model, RowsDigest Digest, string[] Counting);
}
