using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>The time that a request may take, as a token: the caller's own cancellation, or the deadline.</summary>
internal sealed class RequestDeadline : IDisposable
{
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _linked;
    private readonly TimeSpan _length;

    public RequestDeadline(TimeSpan length, TimeProvider time, CancellationToken caller)
    {
        if (length <= TimeSpan.Zero || length > RequestLimits.Deadline)
            throw FlatIndexException.InvalidConfig($"a deadline is above zero and at most {RequestLimits.Deadline}, found {length}");
        _caller = caller;
        _length = length;
        _deadline = new CancellationTokenSource(length, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(caller, _deadline.Token);
    }

    /// <summary>Cancelled by the caller or by the deadline.</summary>
    public CancellationToken Token => _linked.Token;

    /// <summary>What to throw when the token stopped something: the caller's cancellation, or a Timeout.</summary>
    public Exception Stopped(OperationCanceledException cause, string what, bool mayHaveBeenApplied)
    {
        if (_caller.IsCancellationRequested)
            return new OperationCanceledException(cause.Message, cause, _caller);
        string waited = cause is UnansweredException unanswered ? $": {unanswered.Who} had not answered" : "";
        return FlatIndexException.Timeout($"{what} took longer than {_length.TotalSeconds:0.###} s{waited}", mayHaveBeenApplied);
    }

    public void Dispose()
    {
        _linked.Dispose();
        _deadline.Dispose();
    }
}
