using System.Globalization;

namespace IqdbFlat.Abstractions;

/// <summary>The key of a shard grain: <c>{index}/{incarnation}/{shard:0000}</c>, the index's name being that of its creation.</summary>
/// <param name="Home">The index's name at creation.</param>
/// <param name="Incarnation">The ULID made at creation.</param>
/// <param name="Shard">The shard's number, from 0.</param>
public readonly record struct ShardKey(string Home, string Incarnation, int Shard)
{
    /// <summary>Writes a key.</summary>
    public static string Format(string home, string incarnation, int shard) =>
        string.Create(CultureInfo.InvariantCulture, $"{home}/{incarnation}/{shard:0000}");

    /// <summary>Reads a key; throws <see cref="FormatException"/> with what was expected and found.</summary>
    public static ShardKey Parse(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        string[] parts = key.Split('/');
        return parts.Length == 3 && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int shard)
            ? new(parts[0], parts[1], shard)
            : throw new FormatException($"A shard's key is index/incarnation/number, found '{key}'.");
    }

    /// <inheritdoc/>
    public override string ToString() => Format(Home, Incarnation, Shard);
}
