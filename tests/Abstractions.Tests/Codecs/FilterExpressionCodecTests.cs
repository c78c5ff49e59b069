using IqdbFlat.Engine;

namespace IqdbFlat.Abstractions.Tests.Codecs;

public class FilterExpressionCodecTests(WireSerializer wire)
{
    private const int Depth = 100_000;

    [Fact]
    public void No_depth_exhausts_a_stack_on_either_side()
    {
        var filter = Filter.Eq("field", 1L);
        for (int i = 0; i < Depth; i++)
        {
            filter = (i % 3) switch
            {
                0 => Filter.Not(filter),
                1 => Filter.And(filter),
                _ => Filter.Or(filter, Filter.And()),
            };
        }

        var request = new SearchRequest { Index = "books", Queries = new[] { 1f }, QueryCount = 1, K = 1, Filter = filter, Deadline = TimeSpan.FromSeconds(1) };

        byte[] written = [];
        byte[] again = [];
        Exception? failure = null;
        var thread = new Thread(
            () => failure = Record.Exception(() =>
            {
                written = wire.Write(request);
                var read = wire.Read<SearchRequest>(written);
                again = wire.Write(wire.Copy(read));
            }),
            maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();

        Assert.Null(failure);
        Assert.InRange(written.Length, Depth, int.MaxValue);
        Assert.Equal(written, again);
    }
}
