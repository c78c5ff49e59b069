using System.Text.RegularExpressions;
using IqdbFlat.Docs.Tests.Markdown;

namespace IqdbFlat.Docs.Tests.Samples;

/// <summary>A csharp block of a document, and what its directive asks for.</summary>
internal sealed partial record Sample(CodeBlock Block, SampleMode Mode)
{
    /// <summary>Where the block begins, as an editor understands it.</summary>
    public string Place => $"{Block.Document}:{Block.Line}";

    /// <summary>The lines that the block says it prints: the text after each <c>// prints</c>.</summary>
    public string[] Prints => [.. Printed().Matches(Block.Code).Select(match => match.Groups[1].Value)];

    /// <summary>All csharp blocks of all documents.</summary>
    public static IEnumerable<Sample> All => Repository.Documents
        .SelectMany(document => MarkdownDocument.Read(document).Blocks)
        .Where(block => block.Language == "csharp")
        .Select(Of);

    public static Sample Of(CodeBlock block) => new(block, block.Directive switch
    {
        "run: program" => SampleMode.Program,
        "run: engine" => SampleMode.Engine,
        "run: index" => SampleMode.Index,
        "run: client" => SampleMode.Client,
        "run: handle" => SampleMode.Handle,
        "run: silo" => SampleMode.Silo,
        "run: host" => SampleMode.Host,
        var other => throw new InvalidDataException(
            $"{block.Document}:{block.Line}: expected a comment run: program, engine, index, client, handle, silo or host before the block, found '{other}'"),
    });

    [GeneratedRegex(@"// prints (.*)$", RegexOptions.Multiline)]
    private static partial Regex Printed();
}
