using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Log.Protocol;

/// <summary>What came of a <see cref="StoreCommand"/>.</summary>
internal abstract record StoreAnswer
{
    /// <summary>Nobody knows: it may have happened, may never, or may yet.</summary>
    public sealed record Unknown : StoreAnswer;

    /// <summary>Read: there is no such record.</summary>
    public sealed record Absent : StoreAnswer;

    /// <summary>Read: a checkpoint.</summary>
    public sealed record FoundCheckpoint(Checkpoint Checkpoint, string ETag) : StoreAnswer;

    /// <summary>Read: a log record.</summary>
    public sealed record FoundLog(LogRecord Record, string ETag) : StoreAnswer;

    /// <summary>Read: a log record that cannot be trusted.</summary>
    public sealed record Damaged(string Reason) : StoreAnswer;

    /// <summary>Put or replaced, and this is the new ETag.</summary>
    public sealed record Written(string ETag) : StoreAnswer;

    /// <summary>Not put because something is there, or not replaced because it has changed.</summary>
    public sealed record Conflict : StoreAnswer;
}
