using System.CommandLine;

namespace IqdbFlat.Cli.CommandLine;

/// <summary>Options that every command has. They are read by name, so that no command shares an instance with another.</summary>
internal static class GlobalOptions
{
    /// <summary>The name of the option that asks for JSON.</summary>
    public const string Json = "--json";

    /// <summary>Adds the options to the root, for all commands under it.</summary>
    public static void AddTo(RootCommand root) => root.Add(new Option<bool>(Json)
    {
        Description = "Data on standard output as JSON, errors on standard error as JSON",
        Recursive = true,
    });
}
