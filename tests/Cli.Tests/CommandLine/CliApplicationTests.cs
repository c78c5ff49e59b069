using System.CommandLine;
using System.Text.Json;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.CommandLine;

public class CliApplicationTests
{
    [Fact]
    public async Task Data_goes_to_the_output_alone()
    {
        var run = await RunAsync(["probe", "--rows", "7"], context => context.Terminal.Output.Write(context.Values.GetValue<int>("--rows")));
        Assert.Equal((ExitCode.Ok, "7", ""), run);
    }

    [Fact]
    public async Task The_exit_code_is_the_commands() =>
        Assert.Equal(ExitCode.Failed, (await RunAsync(["probe"], _ => { }, result: ExitCode.Failed)).Code);

    [Theory]
    [InlineData("probe", "--colour", "red")]
    [InlineData("probe", "--rows", "many")]
    [InlineData("prob")]
    [InlineData]
    public async Task A_command_line_that_cannot_be_read_is_bad_input(params string[] args)
    {
        var (code, output, error) = await RunAsync(args, _ => Assert.Fail("ran"));
        Assert.Equal((ExitCode.BadInput, ""), (code, output));
        Assert.Contains("--help", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_data()
    {
        var (code, output, error) = await RunAsync(["probe", "--help"], _ => Assert.Fail("ran"));
        Assert.Equal((ExitCode.Ok, ""), (code, error));
        Assert.Contains("--rows", output, StringComparison.Ordinal);
        Assert.Contains("--json", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_of_the_callers_is_one_sentence_and_bad_input()
    {
        var run = await RunAsync(["probe"], _ => throw FlatIndexException.InvalidFilter("found 'an\nd' at column 3"));
        Assert.Equal((ExitCode.BadInput, "", "probe: invalid filter: found 'an\\u000ad' at column 3" + Environment.NewLine), run);
    }

    [Fact]
    public async Task An_error_of_the_systems_is_a_failure() => Assert.Equal(
        (ExitCode.Failed, "", "probe: unavailable: shard 3 is gone" + Environment.NewLine),
        await RunAsync(["probe"], _ => throw FlatIndexException.Unavailable("shard 3 is gone")));

    [Fact]
    public async Task A_full_disk_is_a_failure() =>
        Assert.Equal(ExitCode.Failed, (await RunAsync(["probe"], _ => throw new IOException("No space left on device"))).Code);

    [Theory]
    [InlineData("probe", "--json")]
    [InlineData("--json", "probe")]
    public async Task Asked_for_json_errors_are_json_too(params string[] args)
    {
        var (_, output, error) = await RunAsync(args, _ => throw FlatIndexException.IndexNotFound("films"));
        Assert.Equal("", output);
        var found = JsonDocument.Parse(error).RootElement.GetProperty("error");
        Assert.Equal("IndexNotFound", found.GetProperty("kind").GetString());
        Assert.Contains("films", found.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_command_says_so()
    {
        using var cancellation = new CancellationTokenSource();
        var (code, _, error) = await RunAsync(
            ["probe"], _ => { cancellation.Cancel(); throw new OperationCanceledException(); }, cancellationToken: cancellation.Token);
        Assert.Equal(ExitCode.Cancelled, code);
        Assert.Contains("stopped", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_that_look_special_mean_themselves()
    {
        var (code, output, _) = await RunAsync(["probe", "--text", "@none", "--rows", "-3"], context =>
            context.Terminal.Output.Write(context.Values.GetValue<string>("--text") + context.Values.GetValue<int>("--rows")));
        Assert.Equal((ExitCode.Ok, "@none-3"), (code, output));
    }

    private static async Task<(ExitCode Code, string Output, string Error)> RunAsync(
        string[] args, Action<CommandContext> body, ExitCode result = ExitCode.Ok, CancellationToken cancellationToken = default)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = Terminal.Of(output, error);
        var code = await CliApplication.RunAsync(args, terminal, [new ProbeCommand(terminal, body, result)], cancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    private sealed class ProbeCommand : CliCommand
    {
        private readonly Action<CommandContext> _body;
        private readonly ExitCode _result;

        public ProbeCommand(Terminal terminal, Action<CommandContext> body, ExitCode result)
            : base("probe", "A command of a test.", terminal)
        {
            (_body, _result) = (body, result);
            Add(new Option<int>("--rows"));
            Add(new Option<string>("--text"));
        }

        protected override Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
        {
            _body(context);
            return Task.FromResult(_result);
        }
    }
}
