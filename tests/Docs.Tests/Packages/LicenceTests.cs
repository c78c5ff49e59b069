namespace IqdbFlat.Docs.Tests.Packages;

/// <summary>Every package that is used, by whatever way, has a licence that is allowed, with a reason.</summary>
public sealed class LicenceTests
{
    private static readonly LicenceList List = LicenceList.Read();

    [Fact]
    public void Every_package_of_the_graph_has_an_allowed_licence()
    {
        var packages = PackageGraph.Read();

        Assert.Contains(packages, package => package.Id == "Microsoft.Orleans.Runtime");
        string[] problems = [.. packages.Select(List.Problem).OfType<string>()];
        Assert.True(problems.Length == 0, string.Join('\n', problems));
    }

    [Fact]
    public void Every_entry_of_the_list_has_a_reason_and_is_used()
    {
        var packages = PackageGraph.Read();

        Assert.All(List.Licences.Values.Concat(List.Packages.Select(known => known.Why)), Assert.NotEmpty);
        Assert.All(List.Packages, known => Assert.Contains(packages, package => package.Id == known.Id && package.Licence == known.Found));
        Assert.All(List.Packages, known => Assert.Contains(known.Licence, List.Licences));
    }

    [Theory]
    [InlineData("expression MIT", true)]
    [InlineData("expression GPL-3.0-only OR MIT", true)]
    [InlineData("expression MIT AND Apache-2.0", true)]
    [InlineData("expression MIT AND GPL-3.0-only", false)]
    [InlineData("expression GPL-3.0-only", false)]
    [InlineData("expression (MIT OR GPL-3.0-only) AND AGPL-3.0-only", false)]
    [InlineData("expression Apache-2.0 WITH LLVM-exception", false)]
    [InlineData("file LICENSE 0123", false)]
    [InlineData("url https://example.org/licence", false)]
    [InlineData("nothing", false)]
    public void A_licence_that_is_not_on_the_list_is_told_with_package_version_and_what_was_found(string found, bool allowed)
    {
        string? problem = List.Problem(new("Some.Package", "1.2.3", found));

        Assert.Equal(allowed ? null : $"Some.Package 1.2.3: expected a licence of deploy/package/licences.json, found '{found}'", problem);
    }

    [Fact]
    public void Another_text_of_a_known_licence_file_is_unknown_again()
    {
        var known = List.Packages.First(package => package.Found.StartsWith("file ", StringComparison.Ordinal));

        Assert.Null(List.Problem(new(known.Id, "1.0.0", known.Found)));
        Assert.NotNull(List.Problem(new(known.Id, "1.0.0", $"{known.Found[..^1]}{(known.Found[^1] == '0' ? '1' : '0')}")));
    }

    [Fact]
    public void What_a_package_says_of_its_licence_is_read_from_its_nuspec()
    {
        var folder = Directory.CreateTempSubdirectory("iqdbflat-licence-");
        try
        {
            Assert.Equal("expression MIT", Of("<license type=\"expression\">MIT</license><licenseUrl>https://licenses.nuget.org/MIT</licenseUrl>"));
            Assert.Equal("url https://example.org/l", Of("<licenseUrl>https://example.org/l</licenseUrl>"));
            Assert.Equal("nothing", Of(""));
            File.WriteAllText(Path.Combine(folder.FullName, "L.txt"), "abc");
            Assert.Equal("file L.txt ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Of("<license type=\"file\">L.txt</license>"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        string Of(string fields)
        {
            File.WriteAllText(
                Path.Combine(folder.FullName, "a.nuspec"), $"<package xmlns=\"http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd\"><metadata><id>a</id>{fields}</metadata></package>");
            return PackageGraph.LicenceOf(folder.FullName);
        }
    }
}
