namespace IqdbFlat.Grains.Tests.Log.Exploration;

public sealed class ExplorationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(2, 1, 1, 1)]
    [InlineData(3, 1, 0, 0)]
    [InlineData(2, 2, 1, 0)]
    [InlineData(2, 2, 0, 1)]
    public void No_interleaving_loses_an_acknowledged_write(int actors, int writes, int checkpoints, int late)
    {
        var explorer = new Explorer(Mutation.None);
        Assert.Null(explorer.Run(actors, writes, checkpoints, late, int.MaxValue));
        output.WriteLine($"{actors} activations, {writes} writes and {checkpoints} checkpoints each, {late} late operations: all {explorer.States} states.");
    }

    [Theory]
    [InlineData(2, 1, 1, 1)]
    [InlineData(3, 1, 0, 0)]
    [InlineData(2, 2, 1, 0)]
    public void No_interleaving_of_retries_under_tokens_loses_an_acknowledged_write_or_does_one_twice(int actors, int writes, int checkpoints, int late)
    {
        var explorer = new Explorer(Mutation.None, retries: true);
        Assert.Null(explorer.Run(actors, writes, checkpoints, late, int.MaxValue));
        output.WriteLine($"{actors} activations asked for the same {writes} writes, {checkpoints} checkpoints each, {late} late operations: all {explorer.States} states.");
    }

    [Theory]
    [InlineData(2, 1, 1, 1, false)]
    [InlineData(2, 1, 2, 0, false)]
    [InlineData(2, 2, 1, 0, false)]
    [InlineData(2, 2, 1, 0, true)]
    public void No_interleaving_loses_a_write_whose_record_stays_or_that_shares_one(int actors, int writes, int checkpoints, int late, bool retries)
    {
        var explorer = new Explorer(Mutation.None, retries, keeps: true, groups: true);
        Assert.Null(explorer.Run(actors, writes, checkpoints, late, int.MaxValue));
        output.WriteLine($"{actors} activations, {writes} writes alone and together, {checkpoints} checkpoints each that may keep records, {late} late operations: all {explorer.States} states.");
    }

    [Theory]
    [InlineData(2, 2, 0, 0, 2)]
    [InlineData(2, 2, 1, 0, 2)]
    [InlineData(2, 2, 0, 1, 2)]
    [InlineData(2, 3, 0, 0, 3)]
    public void No_interleaving_of_records_on_their_way_together_loses_an_acknowledged_write(int actors, int writes, int checkpoints, int late, int outstanding)
    {
        var explorer = new Explorer(Mutation.None, outstanding: outstanding);
        Assert.Null(explorer.Run(actors, writes, checkpoints, late, int.MaxValue));
        output.WriteLine($"{actors} activations, {writes} writes and {checkpoints} checkpoints each, {late} late operations, {outstanding} records outstanding: all {explorer.States} states.");
    }

    [Theory]
    [InlineData("AcknowledgeFirst")]
    [InlineData("AcknowledgeAlone")]
    [InlineData("OverlookOutstanding")]
    [InlineData("DeleteSeals")]
    [InlineData("NoSeal")]
    [InlineData("NoCompareAndSet")]
    public void Records_on_their_way_together_over_a_protocol_with_a_step_left_out_are_caught(string mutation)
    {
        var explorer = new Explorer(Enum.Parse<Mutation>(mutation), outstanding: 2);
        string? wrong = explorer.Run(2, 2, 1, 2, 2_000_000);
        output.WriteLine($"{mutation}: {wrong} after {explorer.States} states.");
        Assert.NotNull(wrong);
    }

    [Theory]
    [InlineData("AcknowledgeFirst")]
    [InlineData("NoSeal")]
    [InlineData("NoCompareAndSet")]
    [InlineData("TrimKept")]
    public void Records_that_stay_or_are_shared_over_a_protocol_with_a_step_left_out_are_caught(string mutation)
    {
        var explorer = new Explorer(Enum.Parse<Mutation>(mutation), keeps: true, groups: true);
        string? wrong = explorer.Run(2, 2, 1, 2, 2_000_000);
        output.WriteLine($"{mutation}: {wrong} after {explorer.States} states.");
        Assert.NotNull(wrong);
    }

    [Theory]
    [InlineData("AcknowledgeFirst")]
    [InlineData("NoSeal")]
    [InlineData("NoCompareAndSet")]
    [InlineData("ForgetTokens")]
    public void Retries_over_a_protocol_with_a_step_left_out_are_caught(string mutation)
    {
        var explorer = new Explorer(Enum.Parse<Mutation>(mutation), retries: true);
        string? wrong = explorer.Run(2, 2, 1, 2, 2_000_000);
        output.WriteLine($"{mutation}: {wrong} after {explorer.States} states.");
        Assert.NotNull(wrong);
    }

    [Theory]
    [InlineData("AcknowledgeFirst")]
    [InlineData("DeleteSeals")]
    [InlineData("NoSeal")]
    [InlineData("NoCompareAndSet")]
    [InlineData("TrustAbsence")]
    public void A_protocol_with_a_step_left_out_is_caught(string mutation)
    {
        var explorer = new Explorer(Enum.Parse<Mutation>(mutation));
        string? wrong = explorer.Run(2, 2, 1, 2, 2_000_000);
        output.WriteLine($"{mutation}: {wrong} after {explorer.States} states.");
        Assert.NotNull(wrong);
    }
}
