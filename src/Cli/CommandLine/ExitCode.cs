namespace IqdbFlat.Cli.CommandLine;

/// <summary>What the process says when it ends. Scripts rely on the numbers: they never change.</summary>
internal enum ExitCode
{
    /// <summary>Everything that was asked for was done.</summary>
    Ok = 0,

    /// <summary>A check failed (a conformance case, a digest), or the work could not be done: a cluster out of reach, a full disk.</summary>
    Failed = 1,

    /// <summary>The command line or its input cannot be accepted: an unknown option, a malformed filter, a damaged file. Trying again will not help.</summary>
    BadInput = 2,

    /// <summary>Stopped by Ctrl-C or a termination signal; what was acknowledged stays.</summary>
    Cancelled = 130,
}
