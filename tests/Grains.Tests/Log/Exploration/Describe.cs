using System.Runtime.CompilerServices;
using System.Text;
using IqdbFlat.Grains.Log.Protocol;
using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Tests.Log.Exploration;

/// <summary>Parts of a world as text, short and complete.</summary>
internal static class Describe
{
    // Worlds share their checkpoints.
    private static readonly ConditionalWeakTable<Checkpoint, string> Checkpoints = [];

    public static StringBuilder Checkpoint(StringBuilder text, Checkpoint checkpoint) =>
        text.Append(Checkpoints.GetValue(checkpoint, content => Of(new StringBuilder(), content).ToString()));

    public static StringBuilder Record(StringBuilder text, LogRecord record) => text.Append('x').Append(record.Checksum);

    public static StringBuilder Command(StringBuilder text, StoreCommand command) => command switch
    {
        StoreCommand.ReadCheckpoint => text.Append('?'),
        StoreCommand.ReadLog read => text.Append('?').Append(read.At.Epoch).Append('.').Append(read.At.Position),
        StoreCommand.PutLog put => Record(text.Append('!').Append(put.At.Epoch).Append('.').Append(put.At.Position), put.Record),
        StoreCommand.ReplaceCheckpoint replace => Checkpoint(text.Append('='), replace.Next).Append(replace.ETag),
        _ => throw new InvalidOperationException(command.ToString()),
    };

    private static StringBuilder Of(StringBuilder text, Checkpoint checkpoint)
    {
        text.Append('r').Append(checkpoint.Revision).Append('w').Append(checkpoint.Writer.ToByteArray()[0]).Append(Write.Decode(checkpoint.Attachment)).Append('k').Append(Write.DecodeTokens(checkpoint.Attachment));
        foreach (var link in checkpoint.Chain)
            text.Append(',').Append(link.Epoch).Append('.').Append(link.Base).Append('.').Append(link.Previous);
        foreach (var range in checkpoint.LeftLogs)
            text.Append(';').Append(range.Epoch).Append('.').Append(range.From).Append('.').Append(range.To);
        foreach (var kept in checkpoint.Segments)
            text.Append('n').Append(kept.Name.ToPlace());
        return text;
    }
}
