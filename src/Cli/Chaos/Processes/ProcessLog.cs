namespace IqdbFlat.Cli.Chaos.Processes;

/// <summary>What a process says, over all of its starts: a file, and its last lines.</summary>
internal sealed class ProcessLog : IDisposable
{
    private const int LinesKept = 60;
    private readonly Queue<string> _last = new();
    private readonly StreamWriter _file;

    /// <summary>Begins or continues a file.</summary>
    public ProcessLog(string path)
    {
        Path = path;
        _file = new(path, append: true) { AutoFlush = true };
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The last lines, as they were said.</summary>
    public string Tail
    {
        get
        {
            lock (_last)
                return string.Join('\n', _last);
        }
    }

    /// <summary>Adds a line.</summary>
    public void Add(string line)
    {
        lock (_last)
        {
            _file.WriteLine(line);
            _last.Enqueue(line);
            if (_last.Count > LinesKept)
                _last.Dequeue();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_last)
            _file.Dispose();
    }
}
