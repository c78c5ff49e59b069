namespace IqdbFlat.Cli.Chaos.Processes;

/// <summary>What can be done to a process from outside.</summary>
internal enum Signal
{
    /// <summary>SIGTERM: asks it to end.</summary>
    Terminate,

    /// <summary>SIGQUIT: a PostgreSQL that gets it ends at once, as if it had been killed, and gives back the memory that it shares with its children.</summary>
    Quit,

    /// <summary>SIGKILL: ends it now; it has no say.</summary>
    Kill,

    /// <summary>SIGSTOP: it stands still, its connections stay open.</summary>
    Suspend,

    /// <summary>SIGCONT: it goes on where it stood still.</summary>
    Resume,
}
