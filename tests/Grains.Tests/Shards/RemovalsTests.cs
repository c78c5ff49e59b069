using IqdbFlat.Engine;
using IqdbFlat.Grains.Shards;

namespace IqdbFlat.Grains.Tests.Shards;

public sealed class RemovalsTests
{
    [Fact]
    public void The_newest_removal_of_an_id_is_remembered()
    {
        var removals = new Removals();
        removals.Add(1, 10);
        removals.Add(1, 7);

        Assert.Equal(10UL, removals.NumberOf(1));
        Assert.Equal(0UL, removals.NumberOf(2));
    }

    [Fact]
    public void A_clearing_counts_for_every_id()
    {
        var removals = new Removals();
        removals.Add(1, 10);
        removals.Clear(20);
        removals.Add(2, 30);

        Assert.Equal((20UL, 30UL, 20UL), (removals.NumberOf(1), removals.NumberOf(2), removals.NumberOf(3)));
    }

    [Fact]
    public void A_late_clearing_keeps_removals_of_higher_numbers()
    {
        var removals = new Removals();
        removals.Add(1, 10);
        removals.Add(2, 3);
        removals.Clear(8);

        Assert.Equal((10UL, 8UL), (removals.NumberOf(1), removals.NumberOf(2)));
        Assert.Equal(10UL, Removals.Read(removals.Write(), 0).NumberOf(1));
    }

    [Fact]
    public void Removals_of_long_ids_fit_into_a_checkpoint()
    {
        var removals = new Removals();
        for (int i = 0; i < Removals.Capacity; i++)
        {
            byte[] id = new byte[Limits.IdBytes];
            BitConverter.TryWriteBytes(id, i);
            removals.Add(RowId.FromBytes(id), (ulong)i + 1);
        }

        Assert.InRange(removals.Write().Length, Removals.MaxBytes - 4_096, Removals.MaxBytes + 64);
    }

    [Fact]
    public void The_oldest_are_forgotten_first_and_an_id_removed_again_stays()
    {
        var removals = new Removals();
        removals.Add(0, 1);
        removals.Add(1, 2);
        for (ulong i = 2; i < Removals.Capacity; i++)
            removals.Add(i, i + 1);
        removals.Add(0, 1_000_000);
        removals.Add(1_000_000, 1_000_001);

        Assert.Equal((1_000_000UL, 0UL, 3UL), (removals.NumberOf(0), removals.NumberOf(1), removals.NumberOf(2)));
    }

    [Fact]
    public void What_is_written_is_read_again_and_the_bytes_stay_as_they_are()
    {
        var removals = new Removals();
        removals.Clear(5);
        removals.Add(7, 9);
        removals.Add(RowId.FromBytes([1, 2]), 10);

        byte[] bytes = removals.Write();
        var read = Removals.Read(bytes, 0);

        Assert.Equal("02050000000000000000000000000000000200070000000000000009000000000000000102010" + "20a00000000000000", Convert.ToHexStringLower(bytes));
        Assert.Equal((9UL, 10UL, 5UL), (read.NumberOf(7), read.NumberOf(RowId.FromBytes([1, 2])), read.NumberOf(8)));
    }

    [Fact]
    public void Removals_of_the_version_without_a_floor_are_read_and_what_they_may_have_forgotten_is_below_the_high_water()
    {
        var read = Removals.Read(Convert.FromHexString("0105000000000000000200070000000000000009000000000000000102010" + "20a00000000000000"), 40);

        Assert.Equal((9UL, 10UL, 5UL, 40UL), (read.NumberOf(7), read.NumberOf(RowId.FromBytes([1, 2])), read.NumberOf(8), read.Floor));
    }

    [Fact]
    public void What_is_forgotten_leaves_a_floor_that_is_kept()
    {
        var removals = new Removals();
        for (ulong i = 0; i < Removals.Capacity + 3; i++)
            removals.Add(i, 10 + i);

        foreach (var each in new[] { removals, Removals.Read(removals.Write(), 0) })
        {
            Assert.Equal(12UL, each.Floor);
            Assert.True(each.MayHaveForgotten(1, 11), "removed, and forgotten");
            Assert.True(each.MayHaveForgotten(1_000_000, 12), "never removed, but nobody can tell");
            Assert.False(each.MayHaveForgotten(1, 13), "newer than all that is forgotten");
            Assert.False(each.MayHaveForgotten(5, 11), "its removal is remembered");
        }

        removals.Clear(14);
        Assert.False(removals.MayHaveForgotten(1, 11), "the clearing is newer");
    }

    [Fact]
    public void Damaged_bytes_are_refused()
    {
        byte[] bytes = new Removals().Write();

        for (int length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidDataException>(() => Removals.Read(bytes.AsSpan(0, length), 0));
        bytes[0] = 3;
        Assert.Throws<InvalidDataException>(() => Removals.Read(bytes, 0));
    }
}
