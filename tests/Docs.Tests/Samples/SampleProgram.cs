using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace IqdbFlat.Docs.Tests.Samples;

/// <summary>
/// A block compiled as the top-level statements of a program, in an assembly of its own. What it may use without saying so comes from a second file:
/// usings, variables in scope, and a Console that keeps what is printed.
/// </summary>
internal sealed class SampleProgram
{
    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(file => MetadataReference.CreateFromFile(file)),
    ];

    // Hosts take their settings from the command line too: their logs would drown the tests' own output.
    private static readonly string[] CommandLine = ["--Logging:Console:LogLevel:Default=None"];

    private static readonly CSharpParseOptions Language = new(LanguageVersion.Latest);

    private readonly CSharpCompilation _compilation;

    /// <summary>Compiles a block.</summary>
    /// <param name="sample">The block.</param>
    /// <param name="replacements">Text to put in the place of other text: ports and files.</param>
    public SampleProgram(Sample sample, IReadOnlyDictionary<string, string> replacements)
    {
        string text = replacements.Aggregate(sample.Block.Code, (code, next) => code.Replace(next.Key, next.Value, StringComparison.Ordinal));
        var code = CSharpSyntaxTree.ParseText(text, Language, sample.Place);
        var scope = CSharpSyntaxTree.ParseText(SampleScope.Source(sample.Mode), Language, "scope.cs");
        _compilation = CSharpCompilation.Create(
            $"sample-{Guid.NewGuid():n}",
            [code, scope],
            References,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
    }

    /// <summary>What the compiler has to say against the block: errors, and warnings too, since readers will have them as errors.</summary>
    public IReadOnlyList<string> Problems =>
    [
        .. _compilation.GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
            .Select(diagnostic => $"line {diagnostic.Location.GetLineSpan().StartLinePosition.Line + 1}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}"),
    ];

    /// <summary>Runs the block with these variables in scope; gives the lines that it printed.</summary>
    public async Task<string[]> RunAsync(IReadOnlyDictionary<string, object> variables)
    {
        using var image = new MemoryStream();
        var emitted = _compilation.Emit(image);
        if (!emitted.Success)
            throw new InvalidOperationException(string.Join('\n', emitted.Diagnostics));
        image.Position = 0;
        var context = new AssemblyLoadContext("sample", isCollectible: true);
        try
        {
            var program = context.LoadFromStream(image);
            var scope = program.GetType(SampleScope.ClassName, throwOnError: true)!;
            foreach (var (name, value) in variables)
                scope.GetField(name)!.SetValue(null, value);
            using var printed = new StringWriter { NewLine = "\n" };
            program.GetType("Console", throwOnError: true)!.GetField("Out")!.SetValue(null, printed);
            var main = program.EntryPoint!;
            object?[] arguments = main.GetParameters().Length == 0 ? [] : [CommandLine];

            // The entry point of an async program waits for it: that must not be the test's own thread.
            await Task.Run(() => main.Invoke(null, arguments));
            return printed.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            context.Unload();
        }
    }

}
