namespace IqdbFlat.Cli.Formats.Elements;

/// <summary>How a file holds one component of a vector.</summary>
internal enum ElementKind
{
    /// <summary>An IEEE float of 32 bits: what an index holds.</summary>
    Float32,

    /// <summary>An IEEE float of 16 bits. Every value is one of 32 bits too.</summary>
    Float16,

    /// <summary>An IEEE float of 64 bits, rounded to the nearest of 32 bits when it is read.</summary>
    Float64,

    /// <summary>A whole number from -128 to 127.</summary>
    Int8,

    /// <summary>A whole number from 0 to 255.</summary>
    UInt8,

    /// <summary>A whole number of 32 bits; one that no 32-bit float holds is an error.</summary>
    Int32,
}
