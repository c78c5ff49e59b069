using IqdbFlat.Abstractions;

namespace IqdbFlat.Grains.Shards;

/// <summary>A write that has come to the shard, and whoever waits for its answer.</summary>
internal sealed class WaitingWrite(ShardWrite write)
{
    private readonly TaskCompletionSource<ShardWriteReply> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ShardWrite Write => write;

    /// <summary>Ends with the answer.</summary>
    public Task<ShardWriteReply> Answered => _answer.Task;

    public void Answer(ShardWriteReply reply) => _answer.SetResult(reply);

    public void Fail(Exception failure) => _answer.SetException(failure);
}
