using System.Diagnostics;
using System.Runtime.InteropServices;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Demo;

/// <summary>Finds the reference packs of the .NET SDK, whose XML documentation is the demo's data.</summary>
internal static class ReferencePacks
{
    /// <summary>
    /// The documentation files of the newest version of every <c>packs/*.Ref</c>, in ordinal order of pack and file name.
    /// </summary>
    /// <exception cref="FlatIndexException">No SDK with reference packs was found; the sentence names where it was looked for.</exception>
    public static IReadOnlyList<string> Find() => Find(Roots());

    /// <summary>The same from the first of the given .NET folders that has any.</summary>
    public static IReadOnlyList<string> Find(IEnumerable<string> roots)
    {
        var looked = new List<string>();
        foreach (string root in roots.Distinct(StringComparer.Ordinal))
        {
            string[] files = FilesOf(Path.Combine(root, "packs"));
            if (files.Length > 0)
                return files;
            looked.Add(root);
        }

        throw FlatIndexException.InvalidConfig(
            $"the demo needs the documentation of a .NET SDK (packs/*.Ref): looked in {(looked.Count == 0 ? "no folder" : string.Join(", ", looked))}, "
            + "found none; install the SDK, or name its folder in DOTNET_ROOT");
    }

    private static string[] FilesOf(string packs)
    {
        if (!Directory.Exists(packs))
            return [];
        return
        [
            .. Directory.GetDirectories(packs, "*.Ref")
                .Order(StringComparer.Ordinal)
                .SelectMany(pack => Newest(pack) is { } version
                    ? Directory.GetFiles(version, "*.xml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                    : Enumerable.Empty<string>()),
        ];
    }

    /// <summary>The folder with the highest version; a release is above its own previews.</summary>
    private static string? Newest(string pack) => Directory.GetDirectories(pack)
        .Select(path => (Path: path, Parts: Path.GetFileName(path).Split('-', 2)))
        .Where(folder => Version.TryParse(folder.Parts[0], out _))
        .OrderBy(folder => Version.Parse(folder.Parts[0]))
        .ThenBy(folder => folder.Parts.Length == 1)
        .ThenBy(folder => folder.Path, StringComparer.Ordinal)
        .Select(folder => folder.Path)
        .LastOrDefault();

    /// <summary>Folders of .NET, the running one's first; the SDK itself is asked only when none of the others has packs.</summary>
    private static IEnumerable<string> Roots()
    {
        // <root>/shared/Microsoft.NETCore.App/<version>/
        yield return Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root)
            yield return Path.GetFullPath(root);
        if (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host && Path.GetDirectoryName(host) is { } folder)
            yield return folder;
        foreach (string sdk in InstalledSdks())
            yield return sdk;
    }

    private static string[] InstalledSdks()
    {
        try
        {
            using var dotnet = Process.Start(new ProcessStartInfo("dotnet", "--list-sdks") { RedirectStandardOutput = true });
            string output = dotnet?.StandardOutput.ReadToEnd() ?? "";
            dotnet?.WaitForExit();

            // One line an SDK: 10.0.100 [/usr/share/dotnet/sdk]
            return
            [
                .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(line => line.Split('[', ']'))
                    .Where(parts => parts.Length == 3)
                    .Select(parts => Path.GetDirectoryName(parts[1]))
                    .OfType<string>(),
            ];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no dotnet to ask: the sentence of Find tells what was looked at.
            return [];
        }
    }
}
