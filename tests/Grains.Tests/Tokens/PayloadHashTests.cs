using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Tokens;

namespace IqdbFlat.Grains.Tests.Tokens;

public sealed class PayloadHashTests
{
    private static readonly WriteRequest Request = new()
    {
        Index = "books",
        Mode = WriteMode.Insert,
        Rows = new() { Ids = new RowId[] { 1, RowId.FromBytes([1]) }, Vectors = new float[] { 0, 1, 2, 3 }, Metadata = new[] { Metadata.From(("a", 1L)), null } },
        Deadline = TimeSpan.FromSeconds(1),
    };

    [Fact]
    public void The_hash_is_kept_with_tokens_and_stays_as_it_is() => Assert.Equal(0xd0df500c017cc4acUL, PayloadHash.Of(Request));

    [Fact]
    public void What_is_not_asked_for_does_not_count()
    {
        ulong hash = PayloadHash.Of(Request);
        Assert.Equal(hash, PayloadHash.Of(Request with { Index = "papers", Deadline = TimeSpan.FromSeconds(9), Incarnation = "x", TokenMayBeKnown = true }));
        Assert.Equal(hash, PayloadHash.Of(Request with { Rows = Request.Rows with { Metadata = new[] { Metadata.From(("a", 1L)), Metadata.Empty } } }));
    }

    [Fact]
    public void Whatever_is_asked_for_counts()
    {
        var rows = Request.Rows;
        WriteRequest[] others =
        [
            Request,
            Request with { Mode = WriteMode.Upsert },
            Request with { Rows = rows with { Ids = new RowId[] { 2, RowId.FromBytes([1]) } } },
            Request with { Rows = rows with { Ids = new RowId[] { RowId.FromBytes([1]), 1 } } },
            Request with { Rows = rows with { Vectors = new float[] { -0.0f, 1, 2, 3 } } },
            Request with { Rows = rows with { Metadata = new[] { null, Metadata.From(("a", 1L)) } } },
            Request with { Rows = rows with { Metadata = new[] { Metadata.From(("a", 1.0)), null } } },
            Request with { Rows = rows with { Metadata = new([]) } },
            Request with { Mode = WriteMode.DeleteMatching, Filter = Filter.Eq("a", 1L) },
            Request with { Mode = WriteMode.DeleteMatching, Filter = Filter.Eq("a", 2L) },
        ];

        Assert.Equal(others.Length, others.Select(PayloadHash.Of).Distinct().Count());
    }
}
