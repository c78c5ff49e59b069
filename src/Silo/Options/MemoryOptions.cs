namespace IqdbFlat.Silo;

/// <summary>Memory for rows: <c>IqdbFlat:Memory</c>.</summary>
public sealed class MemoryOptions
{
    /// <summary>Bytes that rows may occupy on this silo; 0 for three quarters of what the process may use. A write that would pass it is refused. 0.</summary>
    public long BudgetBytes { get; set; }
}
