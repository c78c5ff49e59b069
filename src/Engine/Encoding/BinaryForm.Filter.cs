using System.Buffers;

namespace IqdbFlat.Engine.Encoding;

public static partial class BinaryForm
{
    /// <summary>The bytes of a filter's form, at most. A filter within <see cref="Limits"/> comes nowhere near unless its strings are huge.</summary>
    public const int MaxFilterBytes = 16 * 1024 * 1024;

    private const byte InNode = 6;
    private const byte AndNode = 7;
    private const byte OrNode = 8;
    private const byte NotNode = 9;
    private const byte ContainsNode = 10;
    private const byte ContainsAnyNode = 11;
    private const byte FirstTextNode = 12;
    private const byte LastTextNode = FirstTextNode + (byte)TextOperator.Contains;

    /// <summary>
    /// Writes a filter, without recursion. A name or string that is not valid Unicode, or a filter that would take more than
    /// <see cref="MaxFilterBytes"/>: <see cref="FlatErrorKind.InvalidFilter"/>, and nothing is written. Other caps are not looked at.
    /// </summary>
    public static void Write(IBufferWriter<byte> output, Filter filter)
    {
        ArgumentNullException.ThrowIfNull(output);
        SizeOf(filter);
        WriteNodes(output, filter);
    }

    /// <summary>The bytes that a filter takes; what <see cref="Write(IBufferWriter{byte}, Filter)"/> refuses is refused here in the same way.</summary>
    public static int SizeOf(Filter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var open = new Stack<Filter>();
        open.Push(filter);
        long size = 0;
        while (open.TryPop(out var node))
        {
            // Looked at after each node: nodes that are shared can unfold to far more than they take in memory.
            size += SizeOfNode(node);
            if (size > MaxFilterBytes)
                throw FlatIndexException.InvalidFilter($"at most {MaxFilterBytes} bytes in its binary form, found more");
            PushChildren(open, node);
        }

        return (int)size;
    }

    /// <summary>Writes a filter or none.</summary>
    /// <remarks>Refuses what <see cref="Write(IBufferWriter{byte}, Filter)"/> refuses, and then writes nothing.</remarks>
    public static void WriteOptional(IBufferWriter<byte> output, Filter? filter)
    {
        if (filter is null)
        {
            ByteWriter.WriteBool(output, false);
            return;
        }

        SizeOf(filter);
        ByteWriter.WriteBool(output, true);
        WriteNodes(output, filter);
    }

    private static void WriteNodes(IBufferWriter<byte> output, Filter filter)
    {
        var open = new Stack<Filter>();
        open.Push(filter);
        while (open.TryPop(out var node))
        {
            WriteNode(output, node);
            PushChildren(open, node);
        }
    }

    private static long SizeOfNode(Filter node)
    {
        switch (node)
        {
            case CompareFilter leaf:
                FilterLimits.CheckText(leaf.Field, leaf.Value);
                return 1 + ByteWriter.SizeOfString(leaf.Field) + SizeOf(leaf.Value);
            case ContainsFilter leaf:
                FilterLimits.CheckText(leaf.Field, leaf.Value);
                return 1 + ByteWriter.SizeOfString(leaf.Field) + SizeOf(leaf.Value);
            case InFilter leaf:
                return SizeOfLeaf(leaf.Field, leaf.Values);
            case ContainsAnyFilter leaf:
                return SizeOfLeaf(leaf.Field, leaf.Values);
            case TextFilter leaf:
                FilterLimits.CheckText(leaf.Field, leaf.Text);
                return 1 + ByteWriter.SizeOfString(leaf.Field) + ByteWriter.SizeOfString(leaf.Text);
            case AndFilter and:
                return 1 + ByteWriter.SizeOfVarint((ulong)and.Filters.Count);
            case OrFilter or:
                return 1 + ByteWriter.SizeOfVarint((ulong)or.Filters.Count);
            case NotFilter:
                return 1;
            default:
                throw Unknown(node);
        }
    }

    private static long SizeOfLeaf(string field, IReadOnlyList<MetadataValue> values)
    {
        FilterLimits.CheckText(field, values);
        long size = 1 + ByteWriter.SizeOfString(field) + ByteWriter.SizeOfVarint((ulong)values.Count);
        for (int i = 0; i < values.Count; i++)
            size += SizeOf(values[i]);
        return size;
    }

    private static void WriteLeaf(IBufferWriter<byte> output, byte node, string field, IReadOnlyList<MetadataValue> values)
    {
        ByteWriter.WriteByte(output, node);
        ByteWriter.WriteString(output, field);
        ByteWriter.WriteVarint(output, (ulong)values.Count);
        for (int i = 0; i < values.Count; i++)
            Write(output, values[i]);
    }

    private static void WriteNode(IBufferWriter<byte> output, Filter node)
    {
        switch (node)
        {
            case CompareFilter leaf:
                ByteWriter.WriteByte(output, (byte)leaf.Operator);
                ByteWriter.WriteString(output, leaf.Field);
                Write(output, leaf.Value);
                break;
            case ContainsFilter leaf:
                ByteWriter.WriteByte(output, ContainsNode);
                ByteWriter.WriteString(output, leaf.Field);
                Write(output, leaf.Value);
                break;
            case InFilter leaf:
                WriteLeaf(output, InNode, leaf.Field, leaf.Values);
                break;
            case ContainsAnyFilter leaf:
                WriteLeaf(output, ContainsAnyNode, leaf.Field, leaf.Values);
                break;
            case TextFilter leaf:
                ByteWriter.WriteByte(output, (byte)(FirstTextNode + (byte)leaf.Operator));
                ByteWriter.WriteString(output, leaf.Field);
                ByteWriter.WriteString(output, leaf.Text);
                break;
            case AndFilter and:
                ByteWriter.WriteByte(output, AndNode);
                ByteWriter.WriteVarint(output, (ulong)and.Filters.Count);
                break;
            case OrFilter or:
                ByteWriter.WriteByte(output, OrNode);
                ByteWriter.WriteVarint(output, (ulong)or.Filters.Count);
                break;
            case NotFilter:
                ByteWriter.WriteByte(output, NotNode);
                break;
            default:
                throw Unknown(node);
        }
    }

    private static void PushChildren(Stack<Filter> open, Filter node)
    {
        if (node is NotFilter not)
        {
            open.Push(not.Inner);
            return;
        }

        var children = node switch
        {
            AndFilter and => and.Filters,
            OrFilter or => or.Filters,
            _ => [],
        };
        for (int i = children.Count - 1; i >= 0; i--)
            open.Push(children[i]);
    }

    private static InvalidOperationException Unknown(Filter node) => new($"The binary form does not know the filter node {node.GetType().Name}.");
}
