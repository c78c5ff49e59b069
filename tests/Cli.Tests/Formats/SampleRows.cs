using IqdbFlat.Cli.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Formats;

/// <summary>Rows for the tests of files.</summary>
internal static class SampleRows
{
    /// <summary>Three rows of two components, with ids and metadata of several kinds.</summary>
    public static Row[] Three { get; } =
    [
        new(5ul, new[] { 1f, -2.5f }, Metadata.From(("year", 2024), ("title", "Ein \"Titel\" \u20ac\n"))),
        new(RowId.FromBytes([0, 255]), new[] { -0f, float.Epsilon }, Metadata.Empty),
        new(ulong.MaxValue, new[] { 3e38f, 0.1f }, null),
    ];

    /// <summary>Writes rows in the form of the name.</summary>
    public static void Write(string path, Row[] rows)
    {
        using var writer = RowFiles.Create(path, rows[0].Vector.Length);
        foreach (var row in rows)
            writer.Write(row);
        writer.Complete();
    }

    /// <summary>A vector's bits as text.</summary>
    public static string Bits(ReadOnlyMemory<float> vector) =>
        string.Join(' ', vector.ToArray().Select(component => BitConverter.SingleToUInt32Bits(component).ToString("x8")));
}
