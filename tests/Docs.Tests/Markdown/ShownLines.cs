namespace IqdbFlat.Docs.Tests.Markdown;

/// <summary>The command lines in the documents that start something of the project's own.</summary>
internal static class ShownLines
{
    private const string Prompt = "$ ";

    public static IEnumerable<ShownLine> All => Repository.Documents.SelectMany(document => In(MarkdownDocument.Read(document)));

    /// <summary>What follows the program: after its name, or after <c>--</c> for one that dotnet runs.</summary>
    public static string[] Arguments(string[] words)
    {
        if (words[0] != "dotnet")
            return words[1..];
        int end = Array.IndexOf(words, "--");
        return end < 0 ? [] : words[(end + 1)..];
    }

    private static IEnumerable<ShownLine> In(MarkdownDocument document)
    {
        foreach (var block in document.Blocks.Where(block => block.Language is "sh" or "console"))
        {
            string[] lines = block.Code.Split('\n');
            for (int i = 0; i < lines.Length; i++)
            {
                int first = i;
                string text = lines[i];
                while (text.EndsWith('\\') && i + 1 < lines.Length)
                    text = text[..^1] + lines[++i].TrimStart();
                bool prompted = text.StartsWith(Prompt, StringComparison.Ordinal);
                if (block.Language == "console" && !prompted)
                    continue;
                text = prompted ? text[Prompt.Length..] : text;
                if (ProgramOf(text) is { } program)
                    yield return new(document.Path, block.Line + first, program, text);
            }
        }
    }

    private static ShownProgram? ProgramOf(string text)
    {
        if (text.StartsWith("iqdbflat", StringComparison.Ordinal))
            return ShownProgram.Tool;
        if (text.StartsWith("./test", StringComparison.Ordinal))
            return ShownProgram.Test;
        if (!text.StartsWith("dotnet run ", StringComparison.Ordinal))
            return null;
        string[] words = ShellWords.Split(text);
        return words[Array.IndexOf(words, "--project") + 1] switch
        {
            "src/Cli" => ShownProgram.Tool,
            "src/Silo" => ShownProgram.Silo,
            var other => throw new InvalidDataException($"There is no project {other} to run: {text}"),
        };
    }
}
