using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Chaos.Servers;

/// <summary>Finds the programs of stores on this machine.</summary>
internal static class ServerPrograms
{
    private const string PostgreSqlFolders = "/usr/lib/postgresql";

    /// <summary>The path of a program.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: it is not installed.</exception>
    public static string Find(string program) => Look(program) ?? throw FlatIndexException.InvalidConfig(Missing(program)!);

    /// <summary>Which of some programs is not installed, in a sentence; null where all are.</summary>
    public static string? Missing(params ReadOnlySpan<string> programs)
    {
        foreach (string program in programs)
        {
            if (Look(program) is null)
                return $"the program '{program}' is needed and is not on the path; distributions have it in the packages redis-server and postgresql";
        }

        return null;
    }

    private static string? Look(string program)
    {
        // Distributions keep the programs of PostgreSQL by their version, off the path.
        string[] versions = Directory.Exists(PostgreSqlFolders) ? Directory.GetDirectories(PostgreSqlFolders) : [];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(versions.OrderByDescending(VersionOf).Select(version => Path.Combine(version, "bin")))
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
    }

    private static int VersionOf(string folder) => int.TryParse(Path.GetFileName(folder), out int version) ? version : 0;
}
