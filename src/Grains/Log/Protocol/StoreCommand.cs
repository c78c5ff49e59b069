using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Log.Protocol;

/// <summary>What the protocol asks of the store next.</summary>
internal abstract record StoreCommand
{
    /// <summary>Read the checkpoint.</summary>
    public sealed record ReadCheckpoint : StoreCommand;

    /// <summary>Read a log record.</summary>
    public sealed record ReadLog(LogPosition At) : StoreCommand;

    /// <summary>Put a log record if there is none at its place.</summary>
    public sealed record PutLog(LogPosition At, LogRecord Record) : StoreCommand;

    /// <summary>Replace the checkpoint if it is still the version of the ETag.</summary>
    public sealed record ReplaceCheckpoint(Checkpoint Next, string ETag) : StoreCommand;
}
