using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace IqdbFlat.Docs.Tests.Packages;

/// <summary>A package that some project of the solution uses, itself or by way of another, and what it says of its licence.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Licence"><c>expression MIT</c>, <c>file LICENSE</c> with the SHA-256 of the file, <c>url</c> with an address, or <c>nothing</c>.</param>
internal sealed record UsedPackage(string Id, string Version, string Licence);

/// <summary>All packages that the projects of the solution use, as they were restored.</summary>
internal static partial class PackageGraph
{
    public static IReadOnlyList<UsedPackage> Read() =>
    [
        .. Projects()
            .SelectMany(AssetsOf)
            .DistinctBy(package => package.Name, StringComparer.OrdinalIgnoreCase)
            .Select(package => Used(package.Name, package.Folder))
            .OrderBy(package => package.Id, StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>What a package that is unpacked in a folder says of its licence.</summary>
    public static string LicenceOf(string folder)
    {
        var metadata = XDocument.Load(Directory.GetFiles(folder, "*.nuspec").Single()).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
        XElement? Field(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name);
        return (Field("license"), Field("licenseUrl")) switch
        {
            ({ } licence, _) when licence.Attribute("type")?.Value == "file" => $"file {licence.Value} {Hash(Path.Combine(folder, licence.Value))}",
            ({ } licence, _) => $"{licence.Attribute("type")?.Value} {licence.Value}",
            (null, { } address) => $"url {address.Value}",
            _ => "nothing",
        };
    }

    private static IEnumerable<string> Projects() => Project().Matches(Repository.Read("IqdbFlat.Orleans.sln")).Select(match => match.Groups[1].Value.Replace('\\', '/'));

    private static IEnumerable<(string Name, string Folder)> AssetsOf(string project)
    {
        string file = Path.Combine(Path.GetDirectoryName(project)!, "obj", "project.assets.json");
        using var assets = JsonDocument.Parse(Repository.Read(file));
        string[] roots = [.. assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name)];
        foreach (var library in assets.RootElement.GetProperty("libraries").EnumerateObject().Where(library => library.Value.GetProperty("type").GetString() == "package"))
        {
            string path = library.Value.GetProperty("path").GetString()!;
            yield return (library.Name, roots.Select(root => Path.Combine(root, path)).First(Directory.Exists));
        }
    }

    private static UsedPackage Used(string name, string folder) => new(name.Split('/')[0], name.Split('/')[1], LicenceOf(folder));

    private static string Hash(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    [GeneratedRegex("\"([^\"]+\\.csproj)\"")]
    private static partial Regex Project();
}
