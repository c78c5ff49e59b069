using System.Buffers.Binary;
using System.Text;

namespace IqdbFlat.Cli.Tests.Telemetry;

/// <summary>The fields of a protobuf message, by their numbers: as much of the form as it takes to look into what OTLP sends.</summary>
internal sealed class ProtobufFields
{
    private readonly ILookup<int, byte[]> _fields;

    public ProtobufFields(byte[] message) => _fields = Read(message).ToLookup(field => field.Number, field => field.Content);

    /// <summary>The messages of a field, in the order in which they come.</summary>
    public IEnumerable<ProtobufFields> All(int number) => _fields[number].Select(content => new ProtobufFields(content));

    /// <summary>The message of a field.</summary>
    public ProtobufFields One(int number) => new(_fields[number].Single());

    /// <summary>A field's bytes; empty where it is not there.</summary>
    public byte[] Bytes(int number) => _fields[number].SingleOrDefault([]);

    /// <summary>A field's text; empty where it is not there.</summary>
    public string Text(int number) => Encoding.UTF8.GetString(Bytes(number));

    /// <summary>A field of fixed 64 bits.</summary>
    public ulong Fixed64(int number) => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(number));

    /// <summary>The texts of a field of KeyValue messages, by their keys.</summary>
    public IReadOnlyDictionary<string, string> Attributes(int number) => All(number).ToDictionary(pair => pair.Text(1), pair => pair.One(2).Text(1));

    private static IEnumerable<(int Number, byte[] Content)> Read(byte[] message)
    {
        for (int at = 0; at < message.Length;)
        {
            ulong tag = Varint(message, ref at);
            int start = at;
            int length;
            switch (tag & 7)
            {
                case 0:
                    Varint(message, ref at);
                    length = at - start;
                    break;
                case 1:
                    length = sizeof(ulong);
                    break;
                case 2:
                    length = checked((int)Varint(message, ref at));
                    start = at;
                    break;
                case 5:
                    length = sizeof(uint);
                    break;
                default:
                    throw new InvalidDataException($"expected a wire type of protobuf, found {tag & 7}");
            }

            at = start + length;
            yield return ((int)(tag >> 3), message[start..at]);
        }
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = message[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
    }
}
