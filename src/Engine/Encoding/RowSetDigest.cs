using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace IqdbFlat.Engine.Encoding;

/// <summary>
/// A digest of a set of rows, whatever their order and however they are split: the sum, modulo 2^128, of the XXH3 hash (128 bits) of each
/// row's bytes, and the number of rows. Two indexes with the same digest hold the same ids, sequences, vectors to the bit, and metadata.
/// </summary>
/// <remarks>
/// A row's bytes: the id's form, the sequence (8 bytes), the metadata's form (see <see cref="BinaryForm"/>), the components (4 bytes each),
/// all little-endian. It finds damage and mistakes; it is no defence against someone who makes rows to fit it.
/// </remarks>
public sealed class RowSetDigest
{
    private readonly ArrayBufferWriter<byte> _row = new();

    /// <summary>The sum of the rows' hashes.</summary>
    public UInt128 Value { get; private set; }

    /// <summary>The number of rows.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds a row.</summary>
    public void Add(in RowId id, ulong sequence, ReadOnlySpan<float> vector, Metadata? metadata)
    {
        _row.ResetWrittenCount();
        BinaryForm.Write(_row, id);
        ByteWriter.WriteUInt64(_row, sequence);
        BinaryForm.Write(_row, metadata ?? Metadata.Empty);
        if (BitConverter.IsLittleEndian)
        {
            ByteWriter.WriteBytes(_row, MemoryMarshal.AsBytes(vector));
        }
        else
        {
            foreach (float component in vector)
                ByteWriter.WriteUInt32(_row, BitConverter.SingleToUInt32Bits(component));
        }

        Add(XxHash128.HashToUInt128(_row.WrittenSpan), 1);
    }

    /// <summary>Adds rows that were digested elsewhere.</summary>
    public void Add(UInt128 value, long rows)
    {
        Value = unchecked(Value + value);
        Rows += rows;
    }

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => Format(Value);

    /// <summary>A digest's value in 32 hexadecimal digits.</summary>
    public static string Format(UInt128 value) => value.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
}
