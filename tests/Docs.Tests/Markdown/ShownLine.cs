namespace IqdbFlat.Docs.Tests.Markdown;

/// <summary>What a shown command line starts.</summary>
internal enum ShownProgram
{
    /// <summary>The command line tool, by name or by <c>dotnet run --project src/Cli</c>.</summary>
    Tool,

    /// <summary>The silo, by <c>dotnet run --project src/Silo</c>.</summary>
    Silo,

    /// <summary><c>./test</c>.</summary>
    Test,
}

/// <summary>A command line in a document.</summary>
internal sealed record ShownLine(string Document, int Line, ShownProgram Program, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Document}:{Line}: {Text}";
}
