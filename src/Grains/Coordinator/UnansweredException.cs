namespace IqdbFlat.Grains.Coordinator;

/// <summary>A call of a grain that was given up before it was answered: says whose, for whoever turns it into the caller's error.</summary>
internal sealed class UnansweredException(string who, OperationCanceledException cause) : OperationCanceledException(cause.Message, cause, cause.CancellationToken)
{
    /// <summary>Who was asked, as in <c>shard 3</c>.</summary>
    public string Who => who;
}
