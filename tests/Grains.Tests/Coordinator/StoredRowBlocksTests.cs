using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Coordinator;
using IqdbFlat.Grains.Shards;

namespace IqdbFlat.Grains.Tests.Coordinator;

public sealed class StoredRowBlocksTests
{
    [Fact]
    public void Rows_after_the_last_one_of_a_part_that_has_more_wait_for_the_next_page()
    {
        var page = StoredRowBlocks.BySequence([Part(true, 1, 4), Part(false, 2, 3, 5, 9)], 1, 10);

        Assert.Equal([1UL, 2, 3, 4], page.Sequences.Values);
        Assert.True(page.More);
    }

    [Fact]
    public void The_last_page_says_that_nothing_follows()
    {
        var page = StoredRowBlocks.BySequence([Part(false, 1, 4), Part(false, 2)], 1, 3);

        Assert.Equal([1UL, 2, 4], page.Sequences.Values);
        Assert.False(page.More);
    }

    [Fact]
    public void A_page_ends_at_its_limit_of_rows_and_of_bytes()
    {
        string big = new('x', (int)AnswerBytes.Page / 2);

        Assert.Equal([1UL, 2], StoredRowBlocks.BySequence([Part(false, 1, 2, 3)], 1, 2).Sequences.Values);
        var page = StoredRowBlocks.BySequence([Part(false, Metadata.From(("big", big)), 1, 2, 3)], 1, 3);
        Assert.Equal([1UL], page.Sequences.Values);
        Assert.True(page.More);
    }

    [Fact]
    public void A_block_that_must_be_whole_and_is_too_long_is_an_error()
    {
        string big = new('x', (int)AnswerBytes.Max / 2);

        var error = Assert.Throws<FlatIndexException>(() => StoredRowBlocks.BySequence([Part(false, Metadata.From(("big", big)), 1, 2)], 1));

        Assert.Equal(FlatErrorKind.ResourceLimitExceeded, error.Kind);
    }

    private static StoredRowBlock Part(bool more, params ulong[] sequences) => Part(more, Metadata.Empty, sequences);

    private static StoredRowBlock Part(bool more, Metadata metadata, params ulong[] sequences) => new()
    {
        Rows = new()
        {
            Ids = sequences.Select(RowId.FromUInt64).ToArray(),
            Vectors = sequences.Select(sequence => (float)sequence).ToArray(),
            Metadata = sequences.Select(_ => (Metadata?)metadata).ToArray(),
        },
        Sequences = sequences,
        More = more,
    };
}
