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
        Assert.Equal(10UL, Removals.Read(removals.Write()).NumberOf(1));
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
        var read = Removals.Read(bytes);

        Assert.Equal("0105000000000000000200070000000000000009000000000000000102010" + "20a00000000000000", Convert.ToHexStringLower(bytes));
        Assert.Equal((9UL, 10UL, 5UL), (read.NumberOf(7), read.NumberOf(RowId.FromBytes([1, 2])), read.NumberOf(8)));
    }

    [Fact]
    public void Damaged_bytes_are_corrupt_data()
    {
        byte[] bytes = new Removals().Write();

        for (int length = 1; length < bytes.Length; length++)
            Assert.Equal(FlatErrorKind.CorruptData, Assert.Throws<FlatIndexException>(() => Removals.Read(bytes.AsSpan(0, length))).Kind);
        bytes[0] = 2;
        Assert.Equal(FlatErrorKind.CorruptData, Assert.Throws<FlatIndexException>(() => Removals.Read(bytes)).Kind);
    }
}
