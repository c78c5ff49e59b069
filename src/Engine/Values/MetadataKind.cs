namespace IqdbFlat.Engine;

/// <summary>The kind of a metadata value. The numbers are part of the stored form and never change.</summary>
public enum MetadataKind : byte
{
    /// <summary>The null value, equal to itself. Not the same as an absent field.</summary>
    Null = 0,

    /// <summary>True or false; false is below true.</summary>
    Bool = 1,

    /// <summary>A signed 64-bit integer. Never equal to a <see cref="Float"/>.</summary>
    Int = 2,

    /// <summary>A 64-bit float, compared as IEEE 754 says: NaN equals nothing, -0.0 equals 0.0.</summary>
    Float = 3,

    /// <summary>A Unicode string, ordered by its UTF-8 bytes.</summary>
    String = 4,

    /// <summary>A point in time in steps of 100 ns, with the offset from UTC in which it was written; only the point in time is compared.</summary>
    Instant = 5,

    /// <summary>Values of one of the other kinds, and nulls, in an order that is kept. Arrays are equal or not and have no order.</summary>
    Array = 6,
}
