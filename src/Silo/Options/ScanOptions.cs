namespace IqdbFlat.Silo;

/// <summary>Scan threads: <c>IqdbFlat:Scan</c>.</summary>
public sealed class ScanOptions
{
    /// <summary>Threads that scan, up to 1,024; 0 for one a processor. 0.</summary>
    public int Threads { get; set; }
}
