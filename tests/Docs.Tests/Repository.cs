namespace IqdbFlat.Docs.Tests;

/// <summary>The repository that these tests were built from, found upwards from the test program.</summary>
internal static class Repository
{
    private const string Solution = "IqdbFlat.Orleans.sln";

    public static string Root { get; } = Find();

    /// <summary>The documents: those at the top, those in docs/, and the READMEs of packages.</summary>
    public static IEnumerable<string> Documents => Directory.EnumerateFiles(Root, "*.md")
        .Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md"))
        .Concat(Directory.EnumerateDirectories(Path.Combine(Root, "src")).SelectMany(folder => Directory.EnumerateFiles(folder, "*.md")))
        .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    public static string FullPath(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(FullPath(path));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
                return folder.FullName;
        }

        throw new InvalidOperationException($"There is no {Solution} above {AppContext.BaseDirectory}.");
    }
}
