using System.Collections;
using System.Reflection;
using System.Text;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Encoding;
using Orleans;

namespace IqdbFlat.Abstractions.Tests;

/// <summary>
/// A wire value as text, every bit of it: two values are equal when their texts are. Fields are found by their <see cref="IdAttribute"/>,
/// so that none can be forgotten here.
/// </summary>
internal static class WireText
{
    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    /// <summary>The fields of a wire type that Orleans writes, by their number.</summary>
    public static IEnumerable<MemberInfo> FieldsOf(Type type) => type
        .GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
        .Where(member => member is PropertyInfo or FieldInfo && member.IsDefined(typeof(IdAttribute)))
        .OrderBy(member => member.GetCustomAttribute<IdAttribute>()!.Id);

    public static object? ValueOf(MemberInfo field, object instance) =>
        field is PropertyInfo property ? property.GetValue(instance) : ((FieldInfo)field).GetValue(instance);

    private static void Append(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string or Enum or bool or TimeSpan or Guid or RowId:
                text.Append(value.GetType().Name).Append(' ').Append(value);
                break;
            case DateTimeOffset time:
                text.Append(time.Ticks).Append('+').Append(time.Offset.Ticks);
                break;
            case IConvertible number:
                text.Append(number.GetType().Name).Append(' ').Append(number.ToString(null));
                break;
            case FloatVector floats:
                AppendAll(text, floats.Span.ToArray().Select(BitConverter.SingleToUInt32Bits));
                break;
            case RowIdColumn ids:
                AppendAll(text, ids.Span.ToArray().Select(id => $"{id.IsBytes} {id}"));
                break;
            case SequenceColumn sequences:
                AppendAll(text, sequences.Span.ToArray());
                break;
            case BytesColumn bytes:
                text.Append(Convert.ToHexStringLower(bytes.Span));
                break;
            case MetadataColumn metadata:
                AppendAll(text, metadata.Span.ToArray().Select(row => row is null ? null : Hex(o => BinaryForm.Write(o, row))));
                break;
            case FilterExpression filter:
                text.Append(Hex(o => BinaryForm.WriteOptional(o, filter.Filter)));
                break;
            case SlotMap slots:
                text.Append(Convert.ToHexStringLower(slots.Bytes));
                break;
            case VectorParts parts:
                text.Append(Hex(parts.Write));
                break;
            case FlatIndexException exception:
                text.Append(exception.Message).Append(' ');
                Append(text, WireError.From(exception.Error));
                break;
            case Array array:
                AppendAll(text, array);
                break;
            default:
                AppendFields(text, value);
                break;
        }
    }

    private static void AppendFields(StringBuilder text, object value)
    {
        var fields = FieldsOf(value.GetType()).ToList();
        if (fields.Count == 0)
            throw new InvalidOperationException($"{value.GetType().Name} has no numbered field, and no text of its own here.");
        text.Append(value.GetType().Name).Append('{');
        foreach (var field in fields)
        {
            text.Append(field.Name).Append('=');
            Append(text, ValueOf(field, value));
            text.Append("; ");
        }

        text.Append('}');
    }

    private static void AppendAll(StringBuilder text, IEnumerable values)
    {
        text.Append('[');
        foreach (object? value in values)
        {
            Append(text, value);
            text.Append(", ");
        }

        text.Append(']');
    }

    private static string Hex(Action<System.Buffers.ArrayBufferWriter<byte>> write)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        write(output);
        return Convert.ToHexStringLower(output.WrittenSpan);
    }
}
