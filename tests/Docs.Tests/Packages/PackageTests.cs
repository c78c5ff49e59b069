using System.Collections.Immutable;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using IqdbFlat.Docs.Tests.Markdown;
using IqdbFlat.Docs.Tests.Samples;

namespace IqdbFlat.Docs.Tests.Packages;

/// <summary>What is packed can be used by someone who has nothing else: new projects restore it from a folder and run what the documents show.</summary>
public sealed class PackageTests(PackedFolder packed) : IClassFixture<PackedFolder>
{
    public static TheoryData<string> Names => [.. PackedFolder.Names];

    public static TheoryData<string> Libraries => [.. PackedFolder.Names.Where(name => name != "iqdbflat")];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_package_says_what_it_is_and_has_an_icon_and_a_readme_of_its_own(string name)
    {
        using var package = packed.Open(name, "nupkg");
        using var stream = package.GetEntry($"{name}.nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single();
        string Value(string field) => metadata.Elements().Single(element => element.Name.LocalName == field).Value;
        Assert.Equal(("Apache-2.0 OR MIT", "README.md", "icon.png"), (Value("license"), Value("readme"), Value("icon")));
        Assert.NotEqual("Package Description", Value("description"));
        Assert.NotNull(package.GetEntry("icon.png"));

        using var reader = new StreamReader(package.GetEntry("README.md")!.Open());
        string readme = reader.ReadToEnd();
        Assert.StartsWith($"# {name}\n", readme, StringComparison.Ordinal);
        Assert.All(MarkdownDocument.Parse(name, readme).Links, link => Assert.Contains("://", link, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_has_its_documentation_and_nothing_that_gets_in_the_way_of_a_project(string name)
    {
        using var package = packed.Open(name, "nupkg");
        string[] own = ["README.md", "icon.png", $"{name}.nuspec", $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml"];
        string[] host = name == "IqdbFlat.Silo" ? [$"lib/net10.0/{name}.runtimeconfig.json"] : [];
        string[] form = ["_rels/.rels", "[Content_Types].xml"];

        Assert.Equal(
            own.Concat(host).Concat(form).Order(StringComparer.Ordinal),
            package.Entries.Select(entry => entry.FullName).Where(entry => !entry.StartsWith("package/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_symbols_of_a_library_are_those_of_its_assembly(string name)
    {
        using var package = packed.Open(name, "nupkg");
        using var symbols = packed.Open(name, "snupkg");
        using var assembly = new PEReader(ImmutableArray.Create(Bytes(package, $"lib/net10.0/{name}.dll")));
        using var pdb = MetadataReaderProvider.FromPortablePdbImage(ImmutableArray.Create(Bytes(symbols, $"lib/net10.0/{name}.pdb")));

        var wanted = assembly.ReadCodeViewDebugDirectoryData(assembly.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.CodeView));
        Assert.Equal(wanted.Guid, new BlobContentId(pdb.GetMetadataReader().DebugMetadataHeader!.Id).Guid);
    }

    [Fact]
    public async Task The_first_programs_of_the_readme_run_from_packages()
    {
        var samples = Sample.All.Where(sample => sample.Block.Document == "README.md" && sample.Mode == SampleMode.Program).ToArray();
        Assert.NotEmpty(samples);
        string[][] printed = await Task.WhenAll(samples.Select(sample => packed.RunProgramAsync(
            sample.Block.Code, sample.Block.Code.Contains("IqdbFlat.VectorData", StringComparison.Ordinal) ? "IqdbFlat.VectorData" : "IqdbFlat.Engine")));
        Assert.Equal(samples.Select(sample => sample.Prints), printed);
    }

    [Fact]
    public async Task A_silo_of_ones_own_hosts_the_grains_from_packages()
    {
        var sample = Sample.All.Single(sample => sample.Block.Document == "README.md" && sample.Mode == SampleMode.Host);
        await using var surroundings = await SampleSurroundings.MakeAsync(sample.Mode);
        string code = surroundings.Replacements.Aggregate(sample.Block.Code, (text, pair) => text.Replace(pair.Key, pair.Value, StringComparison.Ordinal));
        Assert.Equal(sample.Prints, (await packed.RunProgramAsync(code, "IqdbFlat.Silo")).Where(line => sample.Prints.Contains(line)));
    }

    [Fact]
    public async Task The_tool_is_installed_and_runs()
    {
        string folder = packed.NewFolder();
        await PackedFolder.RunAsync(folder, "tool", "install", "iqdbflat", "--tool-path", folder, "--version", packed.Version, "--configfile", packed.Configuration);
        string output = await PackedFolder.ProgramAsync(folder, Path.Combine(folder, "iqdbflat"), "conformance", "--cases", Repository.FullPath("tests/goldens/flat-index.jsonl"));
        Assert.EndsWith("562 passed, 0 failed", output.TrimEnd(), StringComparison.Ordinal);
    }

    private static byte[] Bytes(ZipArchive package, string entry)
    {
        using var stream = package.GetEntry(entry)!.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
