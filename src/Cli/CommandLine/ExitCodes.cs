using IqdbFlat.Engine;

namespace IqdbFlat.Cli.CommandLine;

/// <summary>The exit code of an error.</summary>
internal static class ExitCodes
{
    /// <summary>What the caller must change is <see cref="ExitCode.BadInput"/>; what the system could not do is <see cref="ExitCode.Failed"/>.</summary>
    public static ExitCode Of(FlatErrorKind kind) => kind switch
    {
        FlatErrorKind.DimensionMismatch or FlatErrorKind.InvalidVector or FlatErrorKind.InvalidConfig or FlatErrorKind.InvalidMetric
            or FlatErrorKind.InvalidFilter => ExitCode.BadInput,
        _ => ExitCode.Failed,
    };
}
