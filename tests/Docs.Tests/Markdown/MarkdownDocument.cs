using System.Text;
using System.Text.RegularExpressions;

namespace IqdbFlat.Docs.Tests.Markdown;

/// <summary>A document, as far as the tests need it: fenced blocks, headings, links, and the text outside the blocks.</summary>
internal sealed partial class MarkdownDocument
{
    private const string Fence = "```";

    private readonly List<CodeBlock> _blocks = [];
    private readonly List<string> _anchors = [];
    private readonly StringBuilder _prose = new();

    private MarkdownDocument(string path) => Path = path;

    public string Path { get; }

    public IReadOnlyList<CodeBlock> Blocks => _blocks;

    /// <summary>What links may name after a #: the headings in lower case, words joined by hyphens.</summary>
    public IReadOnlyList<string> Anchors => _anchors;

    /// <summary>The lines outside fenced blocks.</summary>
    public string Prose => _prose.ToString();

    /// <summary>The targets of all links outside fenced blocks.</summary>
    public IEnumerable<string> Links => Link().Matches(InlineCode().Replace(Prose, "")).Select(match => match.Groups[1].Value);

    /// <summary>What stands between single backticks.</summary>
    public IEnumerable<string> Quoted => InlineCode().Matches(Prose).Select(match => match.Groups[1].Value);

    public static MarkdownDocument Read(string path) => Parse(path, Repository.Read(path));

    public static MarkdownDocument Parse(string path, string text)
    {
        var document = new MarkdownDocument(path);
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith(Fence, StringComparison.Ordinal))
                i = document.TakeBlock(lines, i);
            else
                document.TakeProse(lines[i]);
        }

        return document;
    }

    private int TakeBlock(string[] lines, int open)
    {
        int close = Array.IndexOf(lines, Fence, open + 1);
        if (close < 0)
            throw new InvalidDataException($"{Path}:{open + 1}: the block has no end.");
        var directive = open > 0 ? Comment().Match(lines[open - 1]) : Match.Empty;
        _blocks.Add(new(Path, open + 2, lines[open][Fence.Length..].Trim(), directive.Groups[1].Value, string.Join('\n', lines[(open + 1)..close])));
        return close;
    }

    private void TakeProse(string line)
    {
        _prose.Append(line).Append('\n');
        if (Heading().Match(line) is { Success: true } heading)
            _anchors.Add(NotInAnchors().Replace(heading.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'));
    }

    [GeneratedRegex(@"^<!--\s*(.*?)\s*-->\s*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^#{1,6} (.*)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`([^`\n]+)`")]
    private static partial Regex InlineCode();
}
