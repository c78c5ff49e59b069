using System.Collections.Frozen;
using System.Globalization;
using IqdbFlat.Engine;

namespace IqdbFlat.VectorData.Values;

/// <summary>The stored form of every type that a data property or an element of one may have. docs/VECTORDATA.md has the same table.</summary>
internal static class ScalarCodecs
{
    public const string SupportedTypes =
        "bool, sbyte, byte, short, ushort, int, uint, long, ulong, Half, float, double, decimal, string, Guid, DateTime, DateTimeOffset, DateOnly, TimeOnly, TimeSpan, byte[]";

    private const string DateForm = "yyyy-MM-dd";
    private const string TimeForm = "HH:mm:ss.fffffff";
    private const string MomentForm = "yyyy-MM-ddTHH:mm:ss.fffffff";
    private const int MomentLength = 27;

    private static readonly FrozenDictionary<Type, ScalarCodec> ByType = new ScalarCodec[]
    {
        new ValueCodec<bool>(value => value, stored => stored.AsBool),
        Integer<sbyte>(value => value, stored => (sbyte)stored),
        Integer<byte>(value => value, stored => (byte)stored),
        Integer<short>(value => value, stored => (short)stored),
        Integer<ushort>(value => value, stored => (ushort)stored),
        Integer<int>(value => value, stored => (int)stored),
        Integer<uint>(value => value, stored => (uint)stored),
        Integer<long>(value => value, stored => stored),
        new ValueCodec<ulong>(
            value => value.ToString("D20", CultureInfo.InvariantCulture),
            stored => ulong.Parse(stored.AsString, NumberStyles.None, CultureInfo.InvariantCulture)),
        new ValueCodec<Half>(value => (double)value, stored => (Half)stored.AsFloat),
        new ValueCodec<float>(value => (double)value, stored => (float)stored.AsFloat),
        new ValueCodec<double>(value => value, stored => stored.AsFloat),
        new PrefixCodec<decimal>(DecimalText.Order, DecimalText.Rest, DecimalText.Parse, DecimalText.Rests),
        new ScalarCodec<string>(value => value, stored => stored.AsString),
        new ValueCodec<Guid>(value => value.ToString("D"), stored => Guid.ParseExact(stored.AsString, "D")),
        new PrefixCodec<DateTime>(value => Text(value, MomentForm), KindOf, ParseDateTime, _ => ["", "Z", "L"]),
        // The offset is kept, and plays no part in comparisons there either.
        new ValueCodec<DateTimeOffset>(value => value, stored => stored.AsInstant),
        new ValueCodec<DateOnly>(
            value => Text(value, DateForm), stored => DateOnly.ParseExact(stored.AsString, DateForm, CultureInfo.InvariantCulture)),
        new ValueCodec<TimeOnly>(
            value => Text(value, TimeForm), stored => TimeOnly.ParseExact(stored.AsString, TimeForm, CultureInfo.InvariantCulture)),
        new ValueCodec<TimeSpan>(value => value.Ticks, stored => new TimeSpan(stored.AsInt)),
        new ScalarCodec<byte[]>(value => Convert.ToBase64String(value), stored => Convert.FromBase64String(stored.AsString)),
    }.ToFrozenDictionary(codec => codec.Type);

    /// <summary>The stored form of a type, or of the type in a nullable; null where there is none.</summary>
    public static ScalarCodec? Find(Type type) => ByType.GetValueOrDefault(Nullable.GetUnderlyingType(type) ?? type);

    private static ValueCodec<T> Integer<T>(Func<T, long> widen, Func<long, T> narrow)
        where T : struct => new(value => widen(value), stored => narrow(stored.AsInt));

    private static string Text<T>(T value, string form)
        where T : IFormattable => value.ToString(form, CultureInfo.InvariantCulture);

    private static string KindOf(DateTime value) => value.Kind switch
    {
        DateTimeKind.Utc => "Z",
        DateTimeKind.Local => "L",
        _ => "",
    };

    private static DateTime ParseDateTime(string stored)
    {
        var kind = stored[^1] switch
        {
            'Z' => DateTimeKind.Utc,
            'L' => DateTimeKind.Local,
            _ => DateTimeKind.Unspecified,
        };
        return DateTime.SpecifyKind(DateTime.ParseExact(stored.AsSpan(0, MomentLength), MomentForm, CultureInfo.InvariantCulture, DateTimeStyles.None), kind);
    }
}
