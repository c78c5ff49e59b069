namespace IqdbFlat.Docs.Tests.Markdown;

/// <summary>A fenced block of a document.</summary>
/// <param name="Document">The document's path from the root.</param>
/// <param name="Line">The line of the block's first line of code, from 1.</param>
/// <param name="Language">What the fence says after its backticks.</param>
/// <param name="Directive">The comment on the line before the fence, without its marks; empty for none.</param>
/// <param name="Code">The lines between the fences.</param>
internal sealed record CodeBlock(string Document, int Line, string Language, string Directive, string Code);
