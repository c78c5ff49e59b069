namespace IqdbFlat.Engine;

/// <summary>What an index accepts as an id.</summary>
public static class RowIdLimits
{
    /// <summary>Bytes of a byte-string id, at most.</summary>
    public const int MaxBytes = 1_024;

    /// <summary>Throws <see cref="FlatErrorKind.InvalidConfig"/> when the id is an empty or overlong byte string.</summary>
    public static void Check(in RowId id)
    {
        if (id.BytesOrNull is not { } bytes)
            return;
        if (bytes.Length == 0)
            throw FlatIndexException.InvalidConfig("an id of bytes must not be empty");
        if (bytes.Length > MaxBytes)
            throw FlatIndexException.InvalidConfig($"an id of bytes has at most {MaxBytes} bytes, found {bytes.Length}");
    }
}
