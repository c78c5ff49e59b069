using System.CommandLine;

namespace IqdbFlat.Cli.CommandLine;

/// <summary>What a command is given to run.</summary>
/// <param name="Values">The parsed command line.</param>
/// <param name="Terminal">Where to write.</param>
/// <param name="Json">Whether data is asked for as JSON.</param>
internal sealed record CommandContext(ParseResult Values, Terminal Terminal, bool Json);
