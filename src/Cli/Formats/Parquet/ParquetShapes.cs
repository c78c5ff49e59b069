using static IqdbFlat.Cli.Formats.Parquet.ThriftType;

namespace IqdbFlat.Cli.Formats.Parquet;

/// <summary>The structs of a Parquet file: numbers and kinds of their fields, from the format's own definition (parquet.thrift of apache/parquet-format).</summary>
internal static class ParquetShapes
{
    private static readonly ThriftType TimeUnit = Struct((1, AnyStruct), (2, AnyStruct), (3, AnyStruct));

    private static readonly ThriftType Time = Struct((1, Bool), (2, TimeUnit));

    private static readonly ThriftType LogicalType = Struct(
        (1, AnyStruct), (2, AnyStruct), (3, AnyStruct), (4, AnyStruct), (5, Struct((1, I32), (2, I32))), (6, AnyStruct), (7, Time), (8, Time),
        (10, Struct((1, I8), (2, Bool))), (11, AnyStruct), (12, AnyStruct), (13, AnyStruct), (14, AnyStruct), (15, AnyStruct), (16, Struct((1, I8))), (17, Struct((1, Binary))), (18, Struct((1, Binary), (2, I32))));

    private static readonly ThriftType SchemaElement = Struct(
        (1, I32), (2, I32), (3, I32), (4, Binary), (5, I32), (6, I32), (7, I32), (8, I32), (9, I32), (10, LogicalType));

    private static readonly ThriftType KeyValue = Struct((1, Binary), (2, Binary));

    private static readonly ThriftType Statistics = Struct((1, Binary), (2, Binary), (3, I64), (4, I64), (5, Binary), (6, Binary), (7, Bool), (8, Bool));

    private static readonly ThriftType Geospatial = Struct(
        (1, Struct((1, F64), (2, F64), (3, F64), (4, F64), (5, F64), (6, F64), (7, F64), (8, F64))),
        (2, List(I32)));

    private static readonly ThriftType Cipher = Struct((1, Binary), (2, Binary), (3, Bool));

    private static readonly ThriftType ColumnMetaData = Struct(
        (1, I32), (2, List(I32)), (3, List(Binary)), (4, I32), (5, I64), (6, I64), (7, I64), (8, List(KeyValue)), (9, I64), (10, I64), (11, I64), (12, Statistics),
        (13, List(Struct((1, I32), (2, I32), (3, I32)))), (14, I64), (15, I32), (16, Struct((1, I64), (2, List(I64)), (3, List(I64)))), (17, Geospatial));

    private static readonly ThriftType ColumnChunk = Struct(
        (1, Binary), (2, I64), (3, ColumnMetaData), (4, I64), (5, I32), (6, I64), (7, I32), (8, Struct((1, AnyStruct), (2, Struct((1, List(Binary)), (2, Binary))))), (9, Binary));

    private static readonly ThriftType RowGroup = Struct(
        (1, List(ColumnChunk)), (2, I64), (3, I64), (4, List(Struct((1, I32), (2, Bool), (3, Bool)))), (5, I64), (6, I64), (7, I16));

    /// <summary>The footer.</summary>
    public static ThriftType FileMetaData { get; } = Struct(
        (1, I32), (2, List(SchemaElement)), (3, I64), (4, List(RowGroup)), (5, List(KeyValue)), (6, Binary), (7, List(Struct((1, AnyStruct)))), (8, Struct((1, Cipher), (2, Cipher))), (9, Binary));

    /// <summary>The header of a page.</summary>
    public static ThriftType PageHeader { get; } = Struct(
        (1, I32), (2, I32), (3, I32), (4, I32), (5, Struct((1, I32), (2, I32), (3, I32), (4, I32), (5, Statistics))), (6, AnyStruct),
        (7, Struct((1, I32), (2, I32), (3, Bool))), (8, Struct((1, I32), (2, I32), (3, I32), (4, I32), (5, I32), (6, I32), (7, Bool), (8, Statistics))));
}
