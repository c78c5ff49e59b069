using IqdbFlat.Cli.CommandLine;

namespace IqdbFlat.Cli.Output;

/// <summary>Progress where a person may see it: a program that asked for JSON, with standard error no terminal, finds nothing there but errors.</summary>
internal static class QuietProgress
{
    /// <summary>Begins a progress line, or returns null. See <see cref="RowProgress"/>.</summary>
    public static RowProgress? Begin(CommandContext context, string what, long? total, long first = 0) =>
        context.Json && !context.Terminal.ErrorIsTerminal ? null : new(context.Terminal, what, total, first);
}
