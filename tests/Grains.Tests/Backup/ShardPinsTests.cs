using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Grains.Backup;

namespace IqdbFlat.Grains.Tests.Backup;

public sealed class ShardPinsTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private readonly StoppedTime _time = new();
    private readonly RowStore _rows = new(2, Metric.Euclidean);

    [Fact]
    public void Rows_are_kept_for_the_lease_and_no_longer()
    {
        using var pins = new ShardPins(_time);
        var pin = Guid.NewGuid();
        pins.Add(pin, _rows.Snapshot, Lease);
        _time.Advance(Lease - TimeSpan.FromTicks(1));
        Assert.Equal(1, pins.Count);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(0, pins.Count);
        Assert.Equal(FlatErrorKind.Unavailable, Assert.Throws<FlatIndexException>(() => pins.Find(pin)).Kind);
    }

    [Fact]
    public void Every_look_begins_the_lease_anew()
    {
        using var pins = new ShardPins(_time);
        var pin = Guid.NewGuid();
        pins.Add(pin, _rows.Snapshot, Lease);
        for (int i = 0; i < 5; i++)
        {
            _time.Advance(Lease * 0.9);
            Assert.Equal(0, pins.Find(pin).Count);
        }

        _time.Advance(Lease);
        Assert.Equal(0, pins.Count);
    }

    [Fact]
    public void Only_so_many_are_kept_at_once()
    {
        using var pins = new ShardPins(_time);
        for (int i = 0; i < ShardPins.Capacity; i++)
            pins.Add(Guid.NewGuid(), _rows.Snapshot, Lease);
        var error = Assert.Throws<FlatIndexException>(() => pins.Add(Guid.NewGuid(), _rows.Snapshot, Lease));
        Assert.Equal((FlatErrorKind.ResourceLimitExceeded, (long?)ShardPins.Capacity), (error.Kind, error.Error.Max));
        _time.Advance(Lease);
        pins.Add(Guid.NewGuid(), _rows.Snapshot, Lease);
        Assert.Equal(1, pins.Count);
    }

    [Fact]
    public async Task A_pin_keeps_its_rows_while_the_store_goes_on()
    {
        using var pins = new ShardPins(_time);
        Put(1, 10);
        Put(2, 5);
        var pin = Guid.NewGuid();
        pins.Add(pin, _rows.Snapshot, Lease);
        Put(1, 30);
        Put(3, 31);
        var page = await pins.Find(pin).ReadAsync(0);
        Assert.Equal([5UL, 10UL], page.Sequences.Values);
        Assert.Equal([RowId.FromUInt64(2), RowId.FromUInt64(1)], page.Rows.Ids.Values);
        Assert.False(page.More);
        ulong[] rest = (await pins.Find(pin).ReadAsync(1)).Sequences.Values;
        Assert.Equal([10UL], rest);
    }

    private void Put(ulong id, ulong sequence)
    {
        using var writer = _rows.BeginWrite();
        writer.Put(id, sequence, [id, sequence]);
        writer.Publish();
    }
}
