using Microsoft.Extensions.AI;

namespace IqdbFlat.VectorData.Model;

/// <summary>The .NET types that hold a vector.</summary>
internal static class VectorValues
{
    public const string SupportedTypes = "ReadOnlyMemory<float>, Embedding<float>, float[]";

    public static bool Supports(Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        return bare == typeof(ReadOnlyMemory<float>) || bare == typeof(Embedding<float>) || bare == typeof(float[]);
    }

    /// <summary>The vector in a value; false when the value is none.</summary>
    public static bool TryRead(object? value, out ReadOnlyMemory<float> vector)
    {
        (bool read, vector) = value switch
        {
            ReadOnlyMemory<float> memory => (true, memory),
            float[] array => (true, array),
            Embedding<float> embedding => (true, embedding.Vector),
            Memory<float> memory => (true, memory),
            ArraySegment<float> segment => (true, segment),
            _ => (false, default),
        };
        return read;
    }

    /// <summary>The vector as a value of a property's type.</summary>
    public static object Write(ReadOnlyMemory<float> vector, Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        if (bare == typeof(float[]))
            return vector.ToArray();
        return bare == typeof(Embedding<float>) ? new Embedding<float>(vector) : vector;
    }
}
