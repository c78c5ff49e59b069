namespace IqdbFlat.Engine.Encoding;

public static partial class BinaryForm
{
    // The shortest node is an And or Or of nothing: its byte and a count.
    private const int LeastNodeBytes = 2;

    /// <summary>Reads a filter or none.</summary>
    public static Filter? ReadOptionalFilter(ref ByteReader input) => input.ReadBool() ? ReadFilter(ref input) : null;

    /// <summary>Reads a filter, without recursion. It may pass the caps of <see cref="FilterLimits"/>.</summary>
    public static Filter ReadFilter(ref ByteReader input)
    {
        var bounded = new ByteReader(input.Unread[..Math.Min(input.Remaining, MaxFilterBytes)]);
        var filter = ReadNodes(ref bounded);
        input.ReadBytes(bounded.Position);
        return filter;
    }

    private static Filter ReadNodes(ref ByteReader input)
    {
        var open = new Stack<OpenNode>();

        // Nodes that counts have promised and that are not read yet. Each takes bytes, so a promise beyond the bytes that are left is
        // refused before its array is made; were each count checked alone, nested counts would multiply.
        long owed = 1;
        while (true)
        {
            byte kind = input.ReadByte();
            owed--;
            Filter? done = null;
            switch (kind)
            {
                case <= (byte)CompareOperator.Gte:
                    done = new CompareFilter((CompareOperator)kind, input.ReadString(), ReadMetadataValue(ref input));
                    break;
                case InNode:
                    done = new InFilter(input.ReadString(), ReadValues(ref input));
                    break;
                case ContainsNode:
                    done = new ContainsFilter(input.ReadString(), ReadMetadataValue(ref input));
                    break;
                case ContainsAnyNode:
                    done = new ContainsAnyFilter(input.ReadString(), ReadValues(ref input));
                    break;
                case >= FirstTextNode and <= LastTextNode:
                    done = new TextFilter((TextOperator)(kind - FirstTextNode), input.ReadString(), input.ReadString());
                    break;
                case AndNode or OrNode:
                    open.Push(new(kind, input.ReadCount(LeastNodeBytes)));
                    owed += open.Peek().Children.Length;
                    break;
                case NotNode:
                    open.Push(new(kind, 1));
                    owed++;
                    break;
                default:
                    throw input.Invalid($"a filter node is of kind 0 to 14, found {kind}");
            }

            if (owed * LeastNodeBytes > input.Remaining)
                throw input.Invalid($"{owed} more filter nodes need at least {LeastNodeBytes} bytes each, found {input.Remaining} bytes in all");

            // A node that is done completes its parent when it is the last child, and so on upwards.
            while (open.TryPop(out var parent))
            {
                if (done is not null)
                    parent.Add(done);
                if (!parent.IsFull)
                {
                    open.Push(parent);
                    done = null;
                    break;
                }

                done = parent.Close();
            }

            if (done is not null)
                return done;
        }
    }

    private static MetadataValue[] ReadValues(ref ByteReader input)
    {
        var values = new MetadataValue[input.ReadCount(LeastValueBytes)];
        for (int i = 0; i < values.Length; i++)
            values[i] = ReadMetadataValue(ref input);
        return values;
    }

    /// <summary>A node whose children are still being read.</summary>
    private sealed class OpenNode(byte kind, int count)
    {
        private int _read;

        public Filter[] Children { get; } = new Filter[count];

        public bool IsFull => _read == Children.Length;

        public void Add(Filter child) => Children[_read++] = child;

        public Filter Close() => kind switch
        {
            AndNode => new AndFilter(Children),
            OrNode => new OrFilter(Children),
            _ => new NotFilter(Children[0]),
        };
    }
}
