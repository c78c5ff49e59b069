using IqdbFlat.Engine;

namespace IqdbFlat.Abstractions.Tests.Codecs;

public class FlatIndexExceptionTests(WireSerializer wire)
{
    [Fact]
    public void An_error_crosses_the_wire_whole_also_as_a_plain_exception()
    {
        var error = new FlatError(FlatErrorKind.Duplicate, "duplicate")
        {
            Expected = 3,
            Found = 4,
            Reason = "why",
            Limit = "hits",
            Max = 9,
            Record = "log/1",
            MayHaveBeenApplied = true,
            Index = "books",
            Shard = 5,
            Id = RowId.FromBytes([1, 2]),
            Item = 7,
            NotApplied = [7, 8],
        };

        Exception sent = new FlatIndexException(error);
        var received = Assert.IsType<FlatIndexException>(wire.RoundTrip(sent));

        Assert.Equal(error with { NotApplied = received.Error.NotApplied }, received.Error);
        Assert.Equal([7, 8], received.Error.NotApplied);
        Assert.Equal(error.Message, received.Message);
    }
}
