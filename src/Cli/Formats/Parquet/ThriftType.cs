namespace IqdbFlat.Cli.Formats.Parquet;

/// <summary>What a value of the compact form of Thrift may be: the kinds of the form, and for structs and lists what is within.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Element">Of a list: what its elements are.</param>
/// <param name="Fields">Of a struct: what its fields are, by number. Fields that are not named may hold anything.</param>
internal sealed record ThriftType(ThriftKind Kind, ThriftType? Element = null, IReadOnlyDictionary<int, ThriftType>? Fields = null)
{
    /// <summary>True or false.</summary>
    public static readonly ThriftType Bool = new(ThriftKind.True);

    /// <summary>An integer of 8 bits.</summary>
    public static readonly ThriftType I8 = new(ThriftKind.I8);

    /// <summary>An integer of 16 bits.</summary>
    public static readonly ThriftType I16 = new(ThriftKind.I16);

    /// <summary>An integer of 32 bits.</summary>
    public static readonly ThriftType I32 = new(ThriftKind.I32);

    /// <summary>An integer of 64 bits.</summary>
    public static readonly ThriftType I64 = new(ThriftKind.I64);

    /// <summary>A float of 64 bits.</summary>
    public static readonly ThriftType F64 = new(ThriftKind.Double);

    /// <summary>Bytes or text.</summary>
    public static readonly ThriftType Binary = new(ThriftKind.Binary);

    /// <summary>A struct of which no field is named.</summary>
    public static readonly ThriftType AnyStruct = Struct();

    /// <summary>A list.</summary>
    public static ThriftType List(ThriftType element) => new(ThriftKind.List, element);

    /// <summary>A struct.</summary>
    public static ThriftType Struct(params (int Id, ThriftType Type)[] fields) =>
        new(ThriftKind.Struct, Fields: fields.ToDictionary(field => field.Id, field => field.Type));
}
