using IqdbFlat.Engine.Plans;

namespace IqdbFlat.Engine;

/// <summary>How an index in one process works. None of it changes an answer.</summary>
public sealed record FlatIndexOptions
{
    /// <summary>Threads that scan for a search, 1 to 1,024. With 1, the default, a search runs on its caller's thread.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Whether rows get the codes of certified pruning: about a quarter more memory, and searches that read a quarter of it.</summary>
    public bool Pruning { get; init; } = true;

    /// <summary>The clock of explain lines.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What reading rows costs; measured on this machine where none are given.</summary>
    internal ScanCosts? Costs { get; init; }
}
