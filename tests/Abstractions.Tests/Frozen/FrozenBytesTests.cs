namespace IqdbFlat.Abstractions.Tests.Frozen;

public class FrozenBytesTests(WireSerializer wire)
{
    [Theory]
    [MemberData(nameof(Exemplars.Names), MemberType = typeof(Exemplars))]
    public void A_message_is_written_as_the_kept_bytes(string name)
    {
        string found = FrozenBytes.Format(Exemplars.Named(name).Write(wire));
        string? expected = FrozenBytes.TextOf(name);
        Assert.True(
            found == expected,
            $"""
             The wire form of {name} has changed. It is a compatibility surface: clients and silos of other versions write and read it,
             so fields keep their numbers and types, and what is new gets a new number. Expected (Frozen/{name}.hex):
             {expected ?? "nothing: the file is missing"}
             Found:
             {found}
             """);
    }

    [Theory]
    [MemberData(nameof(Exemplars.Names), MemberType = typeof(Exemplars))]
    public void The_kept_bytes_are_read_as_the_message(string name)
    {
        var exemplar = Exemplars.Named(name);
        Assert.Equal(WireText.Of(exemplar.Value), WireText.Of(exemplar.Read(wire, FrozenBytes.Of(name))));
    }

    [Theory]
    [MemberData(nameof(Exemplars.Names), MemberType = typeof(Exemplars))]
    public void A_message_that_arrives_in_pieces_is_read_alike(string name)
    {
        var exemplar = Exemplars.Named(name);
        byte[] bytes = FrozenBytes.Of(name);
        foreach (int piece in new[] { 1, 3, 7, 64 })
            Assert.Equal(WireText.Of(exemplar.Value), WireText.Of(exemplar.Read(wire, Pieces.Of(bytes, piece))));
    }
}
