using IqdbFlat.Engine;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>Turns what Orleans throws when a silo is lost on the way into the index's own typed errors.</summary>
internal static class ShardFailure
{
    /// <summary>Runs a call that reads; a lost silo is Unavailable, and may be tried again.</summary>
    public static async Task<T> ReadAsync<T>(Func<Task<T>> call, int? shard)
    {
        try
        {
            return await call();
        }
        catch (FlatIndexException e) when (shard is not null && e.Error.Shard is null)
        {
            throw new FlatIndexException(e.Error with { Shard = shard }, e);
        }
        catch (Exception e) when (IsLost(e))
        {
            throw Lost(shard, e, mayHaveBeenApplied: false);
        }
    }

    /// <summary>Runs a call that writes; after a lost silo nobody here knows whether the write was applied.</summary>
    public static async Task<T> WriteAsync<T>(Func<Task<T>> call, int? shard)
    {
        try
        {
            return await call();
        }
        catch (FlatIndexException e) when (shard is not null && e.Error.Shard is null)
        {
            throw new FlatIndexException(e.Error with { Shard = shard }, e);
        }
        catch (Exception e) when (IsLost(e))
        {
            throw Lost(shard, e, mayHaveBeenApplied: true);
        }
    }

    /// <summary>A shard, or where none is named the index grain.</summary>
    public static string Who(int? shard) => shard is null ? "the index grain" : $"shard {shard}";

    private static bool IsLost(Exception e) =>
        e is SiloUnavailableException or OrleansMessageRejectionException or TimeoutException or ConnectionFailedException;

    private static FlatIndexException Lost(int? shard, Exception cause, bool mayHaveBeenApplied)
    {
        string who = Who(shard);
        var error = mayHaveBeenApplied
            ? FlatIndexException.Timeout($"{who} was lost while it was writing ({cause.GetType().Name})", mayHaveBeenApplied: true).Error
            : FlatIndexException.Unavailable($"{who} could not be reached ({cause.GetType().Name})").Error;
        return new FlatIndexException(error with { Shard = shard }, cause);
    }
}
