using System.Runtime.CompilerServices;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats.Vecs;

/// <summary>
/// Records of the .fvecs, .ivecs and .bvecs form: a 32-bit count, then as many values, all little-endian. Records may differ in length here;
/// whoever needs one dimension checks it.
/// </summary>
/// <typeparam name="T"><see cref="float"/>, <see cref="int"/> or <see cref="byte"/>.</typeparam>
internal sealed class VecsReader<T> : IDisposable
    where T : unmanaged
{
    private const int BufferBytes = 1 << 20;
    private static readonly int ValueBytes = Unsafe.SizeOf<T>();
    private readonly Stream _stream;
    private T[] _values = [];
    private int _next;

    /// <summary>Reads a file.</summary>
    public VecsReader(string path)
        : this(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan), path)
    {
    }

    /// <summary>Reads a stream, and looks at the first record's count.</summary>
    public VecsReader(Stream stream, string name)
    {
        _stream = stream;
        Name = name;
        try
        {
            _next = ReadCount();
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The name that errors carry.</summary>
    public string Name { get; }

    /// <summary>The values of the record that comes next, 0 to 65,536; -1 at the end.</summary>
    public int NextCount => _next;

    /// <summary>Records passed.</summary>
    public long Position { get; private set; }

    /// <summary>The length in bytes, where the stream knows it.</summary>
    public long? Length => _stream.CanSeek ? _stream.Length : null;

    /// <summary>The values of the current record; used again for the next.</summary>
    public ReadOnlyMemory<T> Values { get; private set; }

    /// <summary>Moves to the next record; false at the end.</summary>
    public bool Read()
    {
        int count = _next;
        if (count < 0)
            return false;
        if (_values.Length < count)
            _values = new T[count];
        _next = -1;
        int bytes = LittleEndianBlock.Read(_stream, _values.AsSpan(0, count));
        if (bytes < count * ValueBytes)
            throw FileProblem.Corrupt(Name, Position, $"the file ends after {bytes} of the row's {count * ValueBytes} bytes");
        Values = _values.AsMemory(0, count);
        Position++;
        _next = ReadCount();
        return true;
    }

    /// <summary>Seeks over records that all have <paramref name="count"/> values, as far as whole ones lie in the stream.</summary>
    /// <returns>The records passed.</returns>
    public long Skip(long records, int count)
    {
        if (!_stream.CanSeek || _next != count)
            return 0;
        long record = 4L + ((long)ValueBytes * count);
        long start = _stream.Position - 4;
        long skipped = Math.Min(records, Math.Max(0, (_stream.Length - start) / record));
        _stream.Position = start + (skipped * record);
        Position += skipped;
        _next = ReadCount();
        return skipped;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private int ReadCount()
    {
        Span<int> count = [0];
        int bytes = LittleEndianBlock.Read(_stream, count);
        if (bytes == 0)
            return -1;
        if (bytes < 4)
            throw FileProblem.Corrupt(Name, Position, $"the file ends after {bytes} of the 4 bytes that count the row's values");
        if (count[0] is < 0 or > Limits.Dimension)
            throw FileProblem.Corrupt(Name, Position, $"expected a count of at most {Limits.Dimension} values, found {count[0]}");
        return count[0];
    }
}
