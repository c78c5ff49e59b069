namespace IqdbFlat.Cli.Formats.Parquet;

/// <summary>Kinds of values, with the numbers that the compact form has for them.</summary>
internal enum ThriftKind
{
    /// <summary>The end of a struct.</summary>
    Stop = 0,

    /// <summary>A bool; as a field, one that is true.</summary>
    True = 1,

    /// <summary>As a field, a bool that is false.</summary>
    False = 2,

    /// <summary>8 bits.</summary>
    I8 = 3,

    /// <summary>16 bits.</summary>
    I16 = 4,

    /// <summary>32 bits.</summary>
    I32 = 5,

    /// <summary>64 bits.</summary>
    I64 = 6,

    /// <summary>A float of 64 bits.</summary>
    Double = 7,

    /// <summary>Bytes or text.</summary>
    Binary = 8,

    /// <summary>A list.</summary>
    List = 9,

    /// <summary>A set, written as a list.</summary>
    Set = 10,

    /// <summary>A map.</summary>
    Map = 11,

    /// <summary>A struct.</summary>
    Struct = 12,
}
