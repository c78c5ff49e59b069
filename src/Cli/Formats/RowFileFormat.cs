namespace IqdbFlat.Cli.Formats;

/// <summary>The forms of a file of rows.</summary>
internal enum RowFileFormat
{
    /// <summary>One JSON object a line, with ids and metadata.</summary>
    Jsonl,

    /// <summary>Records of a 32-bit count and 32-bit floats.</summary>
    Fvecs,

    /// <summary>An array of NumPy.</summary>
    Npy,
}
