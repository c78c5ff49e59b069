using IqdbFlat.Cli.Formats.Elements;

namespace IqdbFlat.Cli.Formats.Arrays;

/// <summary>An array of rows in a file: what its header says.</summary>
/// <param name="Rows">Rows, 0 or more.</param>
/// <param name="Dimension">Components of a row, 1 to 65,536.</param>
/// <param name="Type">How a component lies in the file.</param>
/// <param name="ColumnsFirst">Whether the components of one column, not those of one row, lie side by side.</param>
/// <param name="Bytes">Bytes of the header: where the array begins.</param>
internal sealed record ArrayHeader(long Rows, int Dimension, ElementType Type, bool ColumnsFirst, int Bytes)
{
    /// <summary>Bytes of one row.</summary>
    public long RowBytes => (long)Type.Bytes * Dimension;

    /// <summary>Refuses a file that is shorter or longer than its header says.</summary>
    public void CheckLength(long fileBytes, string file)
    {
        long found = fileBytes - Bytes;
        long expected = Rows * RowBytes;
        if (found < expected)
        {
            throw FileProblem.Corrupt(
                file,
                ColumnsFirst ? null : found / RowBytes,
                $"the file ends early: expected {expected} bytes for {Rows} rows of dimension {Dimension}, found {found}");
        }

        if (found > expected)
            throw FileProblem.Corrupt(file, null, $"expected {expected} bytes for {Rows} rows of dimension {Dimension}, found {found - expected} more");
    }
}
