using System.Text.RegularExpressions;

namespace IqdbFlat.Docs.Tests;

/// <summary>
/// The public API stands in the files of PublicApiAnalyzers, which make every build with a difference fail. What no build would notice is looked at here: files that are not there, and rules that
/// are switched off.
/// </summary>
public sealed partial class PublicApiTests
{
    public static TheoryData<string> AssemblyNames => [.. PublicSurface.AssemblyNames];

    [Theory]
    [MemberData(nameof(AssemblyNames))]
    public void The_files_name_the_types_that_reflection_finds_and_no_others(string assembly)
    {
        string[] lines = [.. Lines(assembly, "Shipped"), .. Lines(assembly, "Unshipped")];
        var removed = lines.Where(line => line.StartsWith("*REMOVED*", StringComparison.Ordinal)).Select(line => line["*REMOVED*".Length..]);

        Assert.Equal(
            PublicSurface.TypesOf(assembly).Select(type => Generic().Replace(type.FullName!.Replace('+', '.'), "")).Order(StringComparer.Ordinal),
            lines.Where(line => Type().IsMatch(line)).Except(removed).Select(line => line.Split('<')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_rule_that_keeps_the_files_is_switched_off()
    {
        string settings = Repository.Read(".editorconfig") + Repository.Read("Directory.Build.props");

        Assert.DoesNotMatch(@"RS00(16|17|24|25|36|37|48|50)\.severity|NoWarn|RunAnalyzers", settings);
        Assert.Matches("PackageReference Include=\"Microsoft.CodeAnalysis.PublicApiAnalyzers\"", settings);
    }

    private static string[] Lines(string assembly, string kind)
    {
        string[] lines = File.ReadAllLines(Repository.FullPath($"src/{assembly["IqdbFlat.".Length..]}/PublicAPI.{kind}.txt"));
        Assert.Equal("#nullable enable", lines[0]);
        return lines;
    }

    // A type stands as its name alone.
    [GeneratedRegex(@"^(\*REMOVED\*)?[\w.]+(<[\w, ]+>)?$")]
    private static partial Regex Type();

    [GeneratedRegex(@"`\d+")]
    private static partial Regex Generic();
}
