using System.Security.Cryptography;

namespace IqdbFlat.VectorData.Keys;

/// <summary>Draws keys for records that come without one. A drawn key is new with high probability only: the store still has to insert, not replace.</summary>
internal static class KeyGenerator
{
    public static bool Supports(Type type) => type == typeof(Guid) || type == typeof(int) || type == typeof(long);

    /// <summary>Whether the key is one that a record has before anything was set.</summary>
    public static bool IsUnset(object? key) => key switch
    {
        null => true,
        Guid guid => guid == Guid.Empty,
        int number => number == 0,
        long number => number == 0,
        _ => false,
    };

    public static object Draw(Type type)
    {
        if (type == typeof(Guid))
            return Guid.CreateVersion7();
        if (type == typeof(int))
            return RandomNumberGenerator.GetInt32(1, int.MaxValue);
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        long drawn;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            drawn = BitConverter.ToInt64(bytes) & long.MaxValue;
        }
        while (drawn == 0);
        return drawn;
    }
}
