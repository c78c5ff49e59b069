using System.Text.RegularExpressions;
using IqdbFlat.Docs.Tests.Markdown;

namespace IqdbFlat.Docs.Tests;

/// <summary>What the documents point at is there: other documents, their headings, files and folders.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Documents => [.. Repository.Documents];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_to_a_file_or_heading_resolves(string document)
    {
        foreach (string link in MarkdownDocument.Read(document).Links.Where(link => !link.Contains("://", StringComparison.Ordinal)))
        {
            string[] parts = link.Split('#', 2);
            string target = parts[0].Length == 0 ? document : Resolve(document, parts[0]);
            Assert.True(Path.Exists(Repository.FullPath(target)), $"{document} links to {link}, and there is no {target}");
            if (parts.Length == 2)
                Assert.Contains(parts[1], MarkdownDocument.Read(target).Anchors);
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_path_in_backticks_exists(string document)
    {
        foreach (string path in MarkdownDocument.Read(document).Quoted.Where(quoted => RepositoryPath().IsMatch(quoted)))
            Assert.True(Path.Exists(Repository.FullPath(path)), $"{document} names {path}, which does not exist");
    }

    [Fact]
    public void Every_table_has_cells_for_its_heads()
    {
        foreach (string document in Repository.Documents)
        {
            foreach (Match table in Table().Matches(MarkdownDocument.Read(document).Prose))
            {
                string[] rows = table.Value.TrimEnd('\n').Split('\n');
                Assert.All(rows, row => Assert.True(Cells(row) == Cells(rows[0]), $"{document}: the row {row} has another number of cells than {rows[0]}"));
            }
        }
    }

    private static int Cells(string row) => UnescapedBar().Count(row);

    private static string Resolve(string document, string link) =>
        Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Repository.FullPath(document))!, link)));

    [GeneratedRegex(@"^(src|tests|bench|deploy|docs|samples|\.ci)/[\w./\-]*$")]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"(?:^\|.*\|\n)+", RegexOptions.Multiline)]
    private static partial Regex Table();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex UnescapedBar();
}
