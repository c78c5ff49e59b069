using System.Text.RegularExpressions;
using IqdbFlat.Docs.Tests.Markdown;

namespace IqdbFlat.Docs.Tests;

/// <summary>Tests and benchmarks that the documents name exist, and no criterion is ticked without one.</summary>
public sealed partial class EvidenceTests
{
    private const string Roadmap = "ROADMAP.md";

    // Class and method of every test and benchmark, by the files' own text.
    private static readonly HashSet<string> Known = [.. Sources().SelectMany(NamesIn)];

    public static TheoryData<string> Documents => [.. Repository.Documents];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_test_that_is_named_exists(string document) =>
        Assert.All(MarkdownDocument.Read(document).Quoted.Where(quoted => Evidence().IsMatch(quoted)), name => Assert.Contains(name, Known));

    [Fact]
    public void Every_ticked_criterion_names_a_test_or_benchmark()
    {
        string[] ticked = [.. Criteria().Matches(Repository.Read(Roadmap)).Where(match => match.Groups[1].Value == "x").Select(match => match.Value)];

        Assert.NotEmpty(ticked);
        Assert.All(ticked, criterion => Assert.Contains(MarkdownDocument.Parse(Roadmap, criterion).Quoted, Known.Contains));
    }

    private static IEnumerable<string> Sources() => new[] { "tests", "bench" }
        .SelectMany(folder => Directory.EnumerateFiles(Repository.FullPath(folder), "*.cs", SearchOption.AllDirectories))
        .Where(file => !Generated().IsMatch(file));

    private static IEnumerable<string> NamesIn(string file)
    {
        string text = File.ReadAllText(file);
        foreach (string name in Class().Matches(text).Select(match => match.Groups[1].Value).Where(name => Path.GetFileName(file).StartsWith(name, StringComparison.Ordinal)))
        {
            yield return name;
            foreach (Match method in Method().Matches(text))
                yield return $"{name}.{method.Groups[1].Value}";
        }
    }

    [GeneratedRegex(@"^\w+(Tests|Benchmarks)(\.\w+)?$")]
    private static partial Regex Evidence();

    [GeneratedRegex(@"^- \[(.)\] .*(?:\n  .*)*", RegexOptions.Multiline)]
    private static partial Regex Criteria();

    [GeneratedRegex(@"\bclass (\w+)")]
    private static partial Regex Class();

    [GeneratedRegex(@"(?:public|internal) (?:async )?[\w<>]+\??(?:\[\])? (\w+)\(")]
    private static partial Regex Method();

    [GeneratedRegex(@"[/\\](bin|obj)[/\\]")]
    private static partial Regex Generated();
}
