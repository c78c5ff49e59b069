using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Log.Protocol;
using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Tests.Log.Exploration;

/// <content>What the store does with an operation.</content>
internal sealed partial class Explorer
{
    private World Trim(World world, Actor actor, LogPosition at)
    {
        if (!world.Log.TryGetValue(at, out var entry))
            return world;
        bool deletes = actor.ETags.TryGetValue(at, out string? etag) ? entry.ETag == etag : entry.Record.Kind != LogRecordKind.Seal;
        return deletes || mutation == Mutation.DeleteSeals ? world with { Log = world.Log.Remove(at) } : world;
    }

    // Every outcome of an operation: answered; unknown and late; answered, and a copy of it late.
    private IEnumerable<World> Perform(World world, StoreCommand command, Func<World, StoreAnswer, World> then)
    {
        var (after, answer) = Apply(world, command);
        yield return then(after, answer);
        if (command is not (StoreCommand.PutLog or StoreCommand.ReplaceCheckpoint) || world.LateLeft == 0)
            yield break;
        var late = new Late(command);
        yield return then(world with { Late = world.Late.Add(late), LateLeft = world.LateLeft - 1 }, new StoreAnswer.Unknown());
        yield return then(after with { Late = world.Late.Add(late), LateLeft = world.LateLeft - 1 }, answer);
    }

    private (World World, StoreAnswer Answer) Apply(World world, StoreCommand command)
    {
        switch (command)
        {
            case StoreCommand.ReadCheckpoint:
                return (world, new StoreAnswer.FoundCheckpoint(world.Checkpoint.Content, world.Checkpoint.ETag));
            case StoreCommand.ReadLog read:
                return (world, world.Log.TryGetValue(read.At, out var found)
                    ? new StoreAnswer.FoundLog(found.Record, found.ETag)
                    : new StoreAnswer.Absent());
            case StoreCommand.PutLog put when put.Record.Kind == LogRecordKind.Seal && mutation == Mutation.NoSeal:
                return (world, new StoreAnswer.Written("none"));
            case StoreCommand.PutLog put when world.Log.ContainsKey(put.At):
                return (world, new StoreAnswer.Conflict());
            case StoreCommand.PutLog put:
                return (world with { Log = world.Log.Add(put.At, (put.Record, Version(world))), NextVersion = world.NextVersion + 1 }, new StoreAnswer.Written(Version(world)));
            case StoreCommand.ReplaceCheckpoint replace when replace.ETag != world.Checkpoint.ETag && mutation != Mutation.NoCompareAndSet:
                return (world, new StoreAnswer.Conflict());
            case StoreCommand.ReplaceCheckpoint replace:
                return (world with { Checkpoint = (replace.Next, Version(world)), NextVersion = world.NextVersion + 1 }, new StoreAnswer.Written(Version(world)));
            default:
                throw new InvalidOperationException($"Unknown command {command}.");
        }
    }

    private static string Version(World world) => $"v{world.NextVersion}";
}
