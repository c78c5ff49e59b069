using System.Collections.Concurrent;
using IqdbFlat.Grains.Storage;
using IqdbFlat.Grains.Tests.Log;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>Records in memory, whose operations can be held back.</summary>
internal sealed class HeldStores : IRecordStoreFactory
{
    private readonly ConcurrentDictionary<string, MemoryRecords> _records = new(StringComparer.Ordinal);
    private volatile Func<string, string, string, Task> _before = (_, _, _) => Task.CompletedTask;

    public IRecordStore Open(string owner) =>
        new MemoryRecordStore(_records.GetOrAdd(owner, _ => new MemoryRecords())) { Before = (verb, name) => _before(owner, verb, name) };

    /// <summary>Holds every operation of a kind from now on, until told otherwise.</summary>
    /// <param name="verb">read, put, replace or delete.</param>
    /// <param name="owner">How the owner's key begins.</param>
    /// <param name="record">How the record's name begins.</param>
    public (Task Reached, TaskCompletionSource Hold) Hold(string verb, string owner, string record)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _before = async (whose, found, name) =>
        {
            if (found != verb || !whose.StartsWith(owner, StringComparison.Ordinal) || !name.StartsWith(record, StringComparison.Ordinal))
                return;
            reached.TrySetResult();
            await hold.Task;
        };
        return (reached.Task, hold);
    }

    /// <summary>The names of an owner's records.</summary>
    public IReadOnlyList<string> NamesOf(string owner) => _records[owner].Names;

    /// <summary>Changes the bytes of an owner's records behind everybody's back.</summary>
    public void Overwrite(string owner, Func<byte[], byte[]> change, string record = "")
    {
        var records = _records[owner];
        string[] names = [.. records.Names.Where(name => name.StartsWith(record, StringComparison.Ordinal))];
        Assert.NotEmpty(names);
        foreach (string name in names)
            records.Overwrite(name, change);
    }
}
