using System.Buffers;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Engine.Tests.Encoding;

/// <summary>Forms as hexadecimal text and back.</summary>
internal static class Bytes
{
    public delegate T Read<T>(ref ByteReader input);

    public static byte[] Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    public static string Hex(Action<IBufferWriter<byte>> write) => Convert.ToHexStringLower(Written(write));

    /// <summary>Reads one whole form: bytes left over are an error.</summary>
    public static T ReadAll<T>(byte[] bytes, Read<T> read)
    {
        var input = new ByteReader(bytes);
        T value = read(ref input);
        input.ExpectEnd();
        return value;
    }

    public static T ReadHex<T>(string hex, Read<T> read) => ReadAll(Convert.FromHexString(hex), read);
}
