namespace IqdbFlat.Engine;

/// <summary>Every cap of an index, in one place. Past a cap a call fails with a typed error; nothing is cut silently.</summary>
public static class Limits
{
    /// <summary>Components of a vector, at most.</summary>
    public const int Dimension = 65_536;

    /// <summary>Bytes of a byte-string id, at most.</summary>
    public const int IdBytes = RowIdLimits.MaxBytes;

    /// <summary>Bytes of one row's metadata in its binary form, at most.</summary>
    public const int MetadataBytes = 64 * 1024;

    /// <summary>Fields of one row's metadata, at most.</summary>
    public const int MetadataFields = 256;

    /// <summary>Elements of one array, at most, in a row or in a filter.</summary>
    public const int ArrayElements = 4_096;

    /// <summary>Hits of one answer, at most.</summary>
    public const int Hits = 65_536;

    /// <summary>Depth of a filter: each And, Or and Not on a path counts one, leaves none.</summary>
    public const int FilterDepth = 64;

    /// <summary>Values of one In or ContainsAny, duplicates counted.</summary>
    public const int FilterInValues = 1_024;

    /// <summary>Nodes of a filter, leaves counted.</summary>
    public const int FilterNodes = 16_384;
}
