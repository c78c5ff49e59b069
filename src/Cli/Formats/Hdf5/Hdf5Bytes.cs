using System.Buffers.Binary;
using System.Text;

namespace IqdbFlat.Cli.Formats.Hdf5;

/// <summary>Numbers of an HDF5 file, little-endian, one after the other within a block; <see cref="InvalidDataException"/> behind its end.</summary>
internal ref struct Hdf5Bytes(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _left = bytes;

    /// <summary>How many are left.</summary>
    public readonly int Count => _left.Length;

    /// <summary>The next bytes.</summary>
    public ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_left.Length)
            throw new InvalidDataException($"a part of {count} bytes does not fit into the {_left.Length} that are left for it");
        var taken = _left[..(int)count];
        _left = _left[(int)count..];
        return taken;
    }

    /// <summary>A number of 1, 2, 4 or 8 bytes.</summary>
    public ulong Number(int bytes)
    {
        var taken = Take((ulong)bytes);
        return bytes switch
        {
            1 => taken[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(taken),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(taken),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(taken),
        };
    }

    /// <summary>Text of so many bytes, as far as a zero.</summary>
    public string Text(ulong count)
    {
        var taken = Take(count);
        int end = taken.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? taken : taken[..end]);
    }

    /// <summary>Passes over bytes.</summary>
    public void Skip(int count) => Take((ulong)count);
}
