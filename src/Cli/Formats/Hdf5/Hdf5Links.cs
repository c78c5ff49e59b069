namespace IqdbFlat.Cli.Formats.Hdf5;

/// <summary>
/// Follows the links at the top of an HDF5 file that are paths, before the library does: it keeps the header of the root in memory and follows paths without
/// end and without reading, so that <see cref="WatchedStream"/> cannot stop it. Links of any other place are read each time they are followed.
/// <see cref="InvalidDataException"/> for links that go round in a circle, or lead to other files, which a file from somebody else must not choose.
/// </summary>
/// <remarks>
/// Superblock, object header, link message and continuation have the layouts of the HDF5 file format specification, version 3.
/// </remarks>
internal static class Hdf5Links
{
    private const int MaxHeaderBytes = 1 << 20;
    private const int MaxBlocks = 1_024;
    private const int LinkMessage = 0x06;
    private const int Continuation = 0x10;
    private const int SoftLink = 1;
    private const int ExternalLink = 64;

    /// <summary>Checks a stream that can seek, and leaves it at its beginning.</summary>
    public static void Check(Stream stream)
    {
        var (root, offsetBytes, lengthBytes) = ReadSuperblock(stream);
        Dictionary<string, string> paths = new(StringComparer.Ordinal);
        Read(stream, root, offsetBytes, lengthBytes, paths);
        foreach (string start in paths.Keys)
        {
            string name = start;
            for (int steps = 0; paths.TryGetValue(name, out string? path); steps++, name = path.TrimStart('/').Split('/')[0])
            {
                if (steps > paths.Count)
                    throw new InvalidDataException($"the link '{start}' goes round in a circle");
            }
        }

        stream.Position = 0;
    }

    private static (ulong Root, int OffsetBytes, int LengthBytes) ReadSuperblock(Stream stream)
    {
        var bytes = new Hdf5Bytes(Block(stream, 0, 128));
        bytes.Skip(8);
        int version = (int)bytes.Number(1);
        if (version > 3)
            throw new InvalidDataException($"expected version 0 to 3 of the superblock, found {version}");
        bool old = version < 2;
        if (old)
            bytes.Skip(4);
        var (offsetBytes, lengthBytes) = ((int)bytes.Number(1), (int)bytes.Number(1));
        if (offsetBytes is not (2 or 4 or 8) || lengthBytes is not (2 or 4 or 8))
            throw new InvalidDataException($"expected places and lengths of 2, 4 or 8 bytes, found {offsetBytes} and {lengthBytes}");
        bytes.Skip(old ? (version == 0 ? 9 : 13) : 1);
        ulong home = bytes.Number(offsetBytes);
        if (home != 0)
            throw new InvalidDataException($"expected places that count from the beginning of the file, found them from {home}");
        bytes.Skip((old ? 4 : 2) * offsetBytes);
        return (bytes.Number(offsetBytes), offsetBytes, lengthBytes);
    }

    /// <summary>Reads an object header, block after block, and the links that are paths in it.</summary>
    private static void Read(Stream stream, ulong place, int offsetBytes, int lengthBytes, Dictionary<string, string> paths)
    {
        var first = new Hdf5Bytes(Block(stream, place, 64));
        bool old = first.Number(1) == 1;
        Queue<(ulong Place, ulong Length)> blocks = new();
        int orderBytes = 0;
        if (old)
        {
            first.Skip(7);
            blocks.Enqueue((place + 16, first.Number(4)));
        }
        else
        {
            first.Skip(4);
            int flags = (int)first.Number(1);
            first.Skip(((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0));
            orderBytes = (flags & 0x04) != 0 ? 2 : 0;
            ulong length = first.Number(1 << (flags & 3));
            blocks.Enqueue((place + (ulong)(64 - first.Count), length));
        }

        for (int read = 0; blocks.TryDequeue(out var block); read++)
        {
            if (read == MaxBlocks)
                throw new InvalidDataException("its header goes on in blocks without end");
            if (block.Length > MaxHeaderBytes)
                throw new InvalidDataException($"a block of {block.Length} bytes is too large for a header");
            var bytes = new Hdf5Bytes(Block(stream, block.Place, (int)block.Length));
            // A block that goes on has a signature before its messages and a checksum behind them.
            bool framed = !old && read > 0;
            if (framed)
                bytes.Skip(Math.Min(4, bytes.Count));
            int behind = framed ? 4 : 0;
            int prefix = old ? 8 : 4 + orderBytes;
            while (bytes.Count - behind >= prefix)
            {
                int type = (int)bytes.Number(old ? 2 : 1);
                ulong size = bytes.Number(2);
                bytes.Skip(old ? 4 : 1 + orderBytes);
                if (size > (ulong)bytes.Count)
                    break;
                var message = new Hdf5Bytes(bytes.Take(size));
                if (type == Continuation)
                    blocks.Enqueue((message.Number(offsetBytes), message.Number(lengthBytes)));
                else if (type == LinkMessage)
                    ReadLink(message, paths);
            }
        }
    }

    private static void ReadLink(Hdf5Bytes message, Dictionary<string, string> paths)
    {
        message.Skip(1);
        int flags = (int)message.Number(1);
        int type = (flags & 0x08) != 0 ? (int)message.Number(1) : 0;
        message.Skip(((flags & 0x04) != 0 ? 8 : 0) + ((flags & 0x10) != 0 ? 1 : 0));
        string name = message.Text(message.Number(1 << (flags & 3)));
        if (type == ExternalLink)
            throw new InvalidDataException($"the link '{name}' leads to another file");
        if (type == SoftLink)
            paths[name] = message.Text(message.Number(2));
    }

    /// <summary>Bytes of the file, as many as there are of those that are asked for.</summary>
    private static byte[] Block(Stream stream, ulong place, int length)
    {
        if (place >= (ulong)stream.Length)
            throw new InvalidDataException($"a part lies at {place}, behind its end");
        byte[] block = new byte[Math.Min(length, stream.Length - (long)place)];
        stream.Position = (long)place;
        stream.ReadExactly(block);
        return block;
    }
}
