using System.Globalization;
using IqdbFlat.Grains.Storage;

namespace IqdbFlat.Grains.Tests.Log;

/// <summary>What happens to one operation of a <see cref="MemoryRecordStore"/>.</summary>
internal enum Fault
{
    None,

    /// <summary>Throws; nothing happened.</summary>
    Before,

    /// <summary>Happens, then throws.</summary>
    After,

    /// <summary>Throws, and happens <see cref="MemoryRecordStore.LateBy"/> operations later, or on <see cref="MemoryRecordStore.Land"/>.</summary>
    Late,

    /// <summary>Happens twice; the second answer is given.</summary>
    Twice,

    /// <summary>Throws, and so does everything after it: the process has died.</summary>
    Dead,

    /// <summary>Happens, then throws, and so does everything after it.</summary>
    DeadAfter,
}

/// <summary>The records themselves, shared by all activations that use them.</summary>
internal sealed class MemoryRecords
{
    private readonly Dictionary<string, StoredRecord> _records = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private long _etag;

    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate)
                return [.. _records.Keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>The same records, changed on their own.</summary>
    public MemoryRecords Copy()
    {
        var copy = new MemoryRecords();
        lock (_gate)
        {
            foreach (var (name, record) in _records)
                copy._records.Add(name, record);
            copy._etag = _etag;
        }

        return copy;
    }

    public StoredRecord? Read(string name)
    {
        lock (_gate)
            return _records.TryGetValue(name, out var record) ? record : null;
    }

    public string? Put(string name, ReadOnlyMemory<byte> bytes, string? expected)
    {
        lock (_gate)
        {
            if (Read(name)?.ETag != expected)
                return null;
            string etag = (++_etag).ToString(CultureInfo.InvariantCulture);
            _records[name] = new StoredRecord(bytes.ToArray(), etag);
            return etag;
        }
    }

    public bool Delete(string name, string? etag)
    {
        lock (_gate)
            return Read(name) is { } record && (etag is null || record.ETag == etag) && _records.Remove(name);
    }

    public void Overwrite(string name, Func<byte[], byte[]> change)
    {
        lock (_gate)
            _records[name] = _records[name] with { Bytes = change(_records[name].Bytes.ToArray()) };
    }

    public void Remove(string name)
    {
        lock (_gate)
            _records.Remove(name);
    }
}

/// <summary>One activation's way to the records, with faults at chosen operations, by their number and verb.</summary>
internal sealed class MemoryRecordStore(MemoryRecords records, Func<int, string, Fault> faults) : IRecordStore
{
    private readonly List<(int Due, Action Operation)> _late = [];
    private readonly Lock _gate = new();
    private bool _dead;

    public MemoryRecordStore()
        : this(new MemoryRecords())
    {
    }

    public MemoryRecordStore(MemoryRecords records, Func<int, Fault>? faults = null)
        : this(records, (number, _) => faults?.Invoke(number) ?? Fault.None)
    {
    }

    public MemoryRecords Records => records;

    /// <summary>Operations so far.</summary>
    public int Operations { get; private set; }

    /// <summary>After how many further operations a late one happens.</summary>
    public int LateBy { get; set; } = int.MaxValue / 2;

    /// <summary>Called when the store goes dead for this activation.</summary>
    public Action? Died { get; set; }

    /// <summary>Called before each operation, with its verb and name; may wait.</summary>
    public Func<string, string, Task>? Before { get; set; }

    /// <summary>Called after each operation that happened, before it is answered; may wait.</summary>
    public Func<string, string, Task>? After { get; set; }

    /// <summary>Whether an operation happens and is not answered, by its verb and name.</summary>
    public Func<string, string, bool>? Loses { get; set; }

    public Task<StoredRecord?> ReadAsync(string name) => PerformAsync("read", name, () => records.Read(name));

    public Task<string?> PutIfAbsentAsync(string name, ReadOnlyMemory<byte> bytes) =>
        PerformAsync("put", name, () => records.Put(name, bytes, null));

    public Task<string?> ReplaceAsync(string name, ReadOnlyMemory<byte> bytes, string etag) =>
        PerformAsync("replace", name, () => records.Put(name, bytes, etag));

    public Task<bool> DeleteAsync(string name, string? etag = null) => PerformAsync("delete", name, () => records.Delete(name, etag));

    /// <summary>Lets every late operation happen now.</summary>
    public void Land() => Land(int.MaxValue);

    private void Land(int operations)
    {
        List<Action> due = [];
        lock (_gate)
        {
            due.AddRange(_late.Where(late => late.Due <= operations).Select(late => late.Operation));
            _late.RemoveAll(late => late.Due <= operations);
        }

        foreach (var operation in due)
            operation();
    }

    private async Task<T> PerformAsync<T>(string verb, string name, Func<T> operation)
    {
        await Task.Yield();
        if (Before is { } before)
            await before(verb, name);
        Fault fault;
        int number;
        lock (_gate)
        {
            number = Operations++;
            fault = _dead ? Fault.Dead : faults(number, verb);
        }

        Land(number);
        switch (fault)
        {
            case Fault.None when Loses?.Invoke(verb, name) == true:
                operation();
                break;
            case Fault.None:
                var result = operation();
                if (After is { } after)
                    await after(verb, name);
                return result;
            case Fault.Twice:
                operation();
                return operation();
            case Fault.After:
                operation();
                break;
            case Fault.Late when verb != "read":
                lock (_gate)
                    _late.Add((number + LateBy, () => operation()));
                break;
            case Fault.Dead or Fault.DeadAfter:
                if (fault == Fault.DeadAfter)
                    operation();
                _dead = true;
                Died?.Invoke();
                break;
        }

        throw new IOException($"The store did not answer {verb} {name} ({fault}).");
    }
}
