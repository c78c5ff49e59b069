using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace IqdbFlat.Docs.Tests;

/// <summary>Imports go one way, as docs/ARCHITECTURE.md says: Cli -> Silo -> Client, Grains -> Abstractions -> Engine, and VectorData -> Client.</summary>
public sealed partial class RoomTests
{
    private static readonly Dictionary<string, string[]> Below = new()
    {
        ["Engine"] = [],
        ["Abstractions"] = ["Engine"],
        ["Client"] = ["Abstractions"],
        ["VectorData"] = ["Client"],
        ["Grains"] = ["Abstractions"],
        ["Silo"] = ["Client", "Grains"],
        ["Cli"] = ["Silo"],
    };

    public static TheoryData<string> Rooms => [.. Directory.GetDirectories(Repository.FullPath("src")).Select(folder => Path.GetFileName(folder))];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_imports_only_from_the_rooms_below_it(string room) => Assert.Equal(
        Below[room].Order(), Items(room, "ProjectReference").Select(path => Room().Match(path).Groups[1].Value).Order());

    [Fact]
    public void The_engine_knows_nothing_of_grains() => Assert.DoesNotContain(
        Items("Engine", "PackageReference"), package => package.Contains("Orleans", StringComparison.Ordinal) && package != "Microsoft.Orleans.Serialization");

    [Theory]
    [InlineData("Directory.Build.props", "Nullable", "enable")]
    [InlineData("Directory.Build.props", "TreatWarningsAsErrors", "true")]
    [InlineData("Directory.Build.props", "EnableNETAnalyzers", "true")]
    [InlineData("Directory.Build.props", "Deterministic", "true")]
    [InlineData("Directory.Build.props", "GenerateDocumentationFile", "true")]
    [InlineData("Directory.Packages.props", "ManagePackageVersionsCentrally", "true")]
    [InlineData("Directory.Packages.props", "CentralPackageTransitivePinningEnabled", "true")]
    public void The_build_is_strict(string file, string property, string value)
    {
        Assert.Equal(value, XDocument.Load(Repository.FullPath(file)).Descendants(property).Single().Value);
        Assert.DoesNotContain(
            Directory.GetFiles(Repository.FullPath("src"), "*.csproj", SearchOption.AllDirectories),
            project => XDocument.Load(project).Descendants().Any(element => element.Name.LocalName == property || element.Name.LocalName == "NoWarn"));
    }

    private static IEnumerable<string> Items(string room, string kind) =>
        XDocument.Load(Directory.GetFiles(Repository.FullPath($"src/{room}"), "*.csproj").Single())
            .Descendants(kind)
            .Select(item => item.Attribute("Include")!.Value);

    [GeneratedRegex(@"^\.\./(\w+)/")]
    private static partial Regex Room();
}
