using System.Buffers.Binary;
using System.IO.Hashing;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Truth;

/// <summary>
/// How far a run has come, beside its output: the rows of a file that have passed, or the queries that a cluster has answered, and the nearest so far. A run that resumes goes on from here and gives the very answers
/// of one that was never stopped.
/// </summary>
/// <remarks>
/// The file: the mark <c>iqdbtru1</c>, the hash of the task, how far the run has come, the hash of the rows up to there, the number of queries; then for each query its number of hits and the
/// hits, a row (64 bits) and a distance (32 bits) each; at last XXH3 of all before. All little-endian.
/// </remarks>
internal static class TruthCheckpoint
{
    /// <summary>How long a run goes on between two checkpoints.</summary>
    public static TimeSpan Between { get; } = TimeSpan.FromSeconds(30);

    private static ReadOnlySpan<byte> Mark => "iqdbtru1"u8;

    /// <summary>The checkpoint's name.</summary>
    public static string PathOf(string output) => output + ".partial";

    /// <summary>Replaces the checkpoint by a new one, whole or not at all.</summary>
    public static void Write(string path, ulong task, long done, ulong rows, IReadOnlyList<IReadOnlyList<StreamHit>> answers)
    {
        using var bytes = new MemoryStream();
        bytes.Write(Mark);
        WriteNumber(bytes, task);
        WriteNumber(bytes, (ulong)done);
        WriteNumber(bytes, rows);
        WriteNumber(bytes, (ulong)answers.Count);
        Span<byte> hit = stackalloc byte[12];
        foreach (var answer in answers)
        {
            WriteNumber(bytes, (ulong)answer.Count);
            foreach (var (row, distance) in answer)
            {
                BinaryPrimitives.WriteInt64LittleEndian(hit, row);
                BinaryPrimitives.WriteSingleLittleEndian(hit[8..], distance);
                bytes.Write(hit);
            }
        }

        var content = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
        using var file = new AtomicFile(path);
        file.Stream.Write(content);
        WriteNumber(file.Stream, XxHash3.HashToUInt64(content));
        file.Commit();
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="FlatIndexException">A damaged file, or one of another task.</exception>
    public static (long Done, ulong Rows, IReadOnlyList<IReadOnlyList<StreamHit>> Answers) Read(string path, ulong task)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < Mark.Length + 40 || !bytes.AsSpan().StartsWith(Mark)
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(bytes.Length - 8)) != XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - 8)))
        {
            throw FileProblem.Corrupt(path, null, "expected the checkpoint of an earlier run, found other or damaged bytes: delete the file to begin anew");
        }

        var rest = bytes.AsSpan(Mark.Length);
        if (ReadNumber(ref rest) != task)
        {
            throw FileProblem.Unsupported(
                path, "the checkpoint is of other queries, another metric or another k, or of another index: run that one to its end, or delete the file to begin anew");
        }

        long done = (long)ReadNumber(ref rest);
        ulong rows = ReadNumber(ref rest);
        var answers = new StreamHit[ReadNumber(ref rest)][];
        for (int i = 0; i < answers.Length; i++)
        {
            answers[i] = new StreamHit[ReadNumber(ref rest)];
            for (int j = 0; j < answers[i].Length; j++)
            {
                answers[i][j] = new(BinaryPrimitives.ReadInt64LittleEndian(rest), BinaryPrimitives.ReadSingleLittleEndian(rest[8..]));
                rest = rest[12..];
            }
        }

        return (done, rows, answers);
    }

    /// <summary>Deletes the checkpoint: the answers are written, and nothing is left to go on from.</summary>
    public static void Forget(string output) => File.Delete(PathOf(output));

    private static void WriteNumber(Stream stream, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        stream.Write(bytes);
    }

    private static ulong ReadNumber(ref Span<byte> bytes)
    {
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        bytes = bytes[8..];
        return value;
    }
}
