using System.Globalization;

namespace IqdbFlat.Grains.Log.Records;

/// <summary>The names of a shard's records. Hexadecimal of fixed width, so that names sort as numbers do.</summary>
internal static class RecordNames
{
    public const string Checkpoint = "checkpoint";

    public static string Log(LogPosition at) =>
        string.Create(CultureInfo.InvariantCulture, $"log/{at.Epoch:x16}/{at.Position:x16}");

    public static string Segment(SegmentName name) => name.IsLog
        ? Log(name.ToPlace())
        : string.Create(CultureInfo.InvariantCulture, $"segment/{name.Epoch:x16}/{name.Number:x8}");
}
