namespace IqdbFlat.Samples.Tests;

/// <summary>A program written against Microsoft.Extensions.VectorData answers the same with another store in one line.</summary>
public sealed class MovedClientTests
{
    [Fact]
    public async Task The_program_answers_the_same_before_and_after_its_line_was_changed()
    {
        string[] before = await SampleProcess.RunAsync("MovedClient", "today");
        string[] after = await SampleProcess.RunAsync("MovedClient");

        Assert.Equal(before, after);
        Assert.Contains(string.Join('\n', after), SampleProcess.ReadmeOf("MovedClient"), StringComparison.Ordinal);
    }
}
