using System.CommandLine.Invocation;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Docs.Tests.Markdown;
using IqdbFlat.Silo;
using Microsoft.Extensions.Configuration;

namespace IqdbFlat.Docs.Tests;

/// <summary>Command lines in the documents are what the tool and the silo accept. They are parsed, not run.</summary>
public sealed class CommandLineTests
{
    public static TheoryData<string> Lines => [.. ShownLines.All.Select(line => line.ToString())];

    private static Type[] CommandTypes =>
        [.. typeof(CliCommand).Assembly.GetTypes().Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(CliCommand)))];

    [Theory]
    [MemberData(nameof(Lines))]
    public void Line_is_accepted(string shown)
    {
        var line = ShownLines.All.First(candidate => candidate.ToString() == shown);
        string[] words = ShellWords.Split(line.Text);
        switch (line.Program)
        {
            case ShownProgram.Tool:
                var parsed = CliApplication.Parse(ShownLines.Arguments(words), Commands());
                Assert.Empty(parsed.Errors.Select(error => error.Message));
                Assert.False(parsed.Action is ParseErrorAction, $"{shown}: not a command of the tool");
                break;
            case ShownProgram.Silo:
                SiloOptionsReader.Read(new ConfigurationBuilder().AddCommandLine(ShownLines.Arguments(words)).Build());
                break;
            default:
                Assert.True(Path.Exists(Repository.FullPath("test")));
                Assert.All(words[1..], word => Assert.Equal("--install", word));
                break;
        }
    }

    [Fact]
    public void Program_has_every_command_that_there_is()
    {
        string sources = string.Concat(Directory.EnumerateFiles(Repository.FullPath("src/Cli"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

        Assert.All(CommandTypes, type => Assert.Contains($"new {type.Name}(", sources, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_command_is_shown()
    {
        string[] shown = [.. ShownLines.All.Where(line => line.Program == ShownProgram.Tool).Select(line => ShownLines.Arguments(ShellWords.Split(line.Text)).FirstOrDefault() ?? "")];

        Assert.All(Commands().Where(command => !command.Hidden), command => Assert.Contains(command.Name, shown));
    }

    [Fact]
    public void Words_are_split_as_a_shell_does() => Assert.Equal(
        ["a", "b c", "--filter", "kind = 'method'", "it's"], ShellWords.Split("""a "b c" --filter "kind = 'method'" 'it'\''s'  """));

    private static IEnumerable<CliCommand> Commands() =>
        CommandTypes.Select(type => (CliCommand)Activator.CreateInstance(type, Terminal.Of(TextWriter.Null, TextWriter.Null))!);
}
