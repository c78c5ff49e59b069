using System.IO.Compression;
using System.Xml.Linq;
using IqdbFlat.Docs.Tests.Samples;

namespace IqdbFlat.Docs.Tests.Packages;

/// <summary>What is packed can be used by someone who has nothing else: new projects restore it from a folder and run what the documents show.</summary>
public sealed class PackageTests(PackedFolder packed) : IClassFixture<PackedFolder>
{
    public static TheoryData<string> Names => [.. PackedFolder.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_package_has_its_readme_licence_icon_and_symbols(string name)
    {
        using var package = ZipFile.OpenRead(Path.Combine(packed.Packages, $"{name}.{packed.Version}.nupkg"));
        var entries = package.Entries.Select(entry => entry.FullName).ToHashSet();
        Assert.Contains("README.md", entries);
        Assert.Contains("icon.png", entries);
        using var stream = package.GetEntry($"{name}.nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single();
        string Value(string field) => metadata.Elements().Single(element => element.Name.LocalName == field).Value;
        Assert.Equal(("Apache-2.0 OR MIT", "README.md", "icon.png"), (Value("license"), Value("readme"), Value("icon")));
        Assert.NotEqual("Package Description", Value("description"));
        if (name != "iqdbflat")
        {
            Assert.Contains($"lib/net10.0/{name}.dll", entries);
            Assert.Contains($"lib/net10.0/{name}.xml", entries);
            Assert.True(File.Exists(Path.Combine(packed.Packages, $"{name}.{packed.Version}.snupkg")));
        }
    }

    [Fact]
    public async Task The_first_programs_of_the_readme_run_from_packages()
    {
        var samples = Sample.All.Where(sample => sample.Block.Document == "README.md" && sample.Mode == SampleMode.Program).ToArray();
        Assert.NotEmpty(samples);
        foreach (var sample in samples)
        {
            string package = sample.Block.Code.Contains("IqdbFlat.VectorData", StringComparison.Ordinal) ? "IqdbFlat.VectorData" : "IqdbFlat.Engine";
            Assert.Equal(sample.Prints, await packed.RunProgramAsync(sample.Block.Code, package));
        }
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
}
