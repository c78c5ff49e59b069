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
        new MemoryRecordStore(Of(owner), (_, verb) => Faults(owner, verb)) { Before = (verb, name) => _before(owner, verb, name), LateBy = 2 };

    /// <summary>What happens to an operation, by the owner's key and its verb; may be changed at any time.</summary>
    public Func<string, string, Fault> Faults { get; set; } = (_, _) => Fault.None;

    /// <summary>The records of an owner.</summary>
    public MemoryRecords Of(string owner) => _records.GetOrAdd(owner, _ => new MemoryRecords());

    /// <summary>An owner's records.</summary>
    public MemoryRecords RecordsOf(string owner) => _records.GetOrAdd(owner, _ => new MemoryRecords());

    /// <summary>Owners whose key begins so, and that have had a record.</summary>
    public IReadOnlyList<string> Owners(string beginning) => [.. _records.Keys.Where(key => key.StartsWith(beginning, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>Calls this before every operation from now on, with owner, verb and record; what it throws the store throws.</summary>
    public void Watch(Action<string, string, string> before) => _before = (owner, verb, name) =>
    {
        before(owner, verb, name);
        return Task.CompletedTask;
    };

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
