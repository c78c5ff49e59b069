using IqdbFlat.Engine;
using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>
/// What makes a write safe to repeat: a write sent again under the same token gets the first answer and is not done twice, also from
/// another silo, also after a restart.
/// </summary>
/// <remarks>
/// A shard remembers the last <see cref="Remembered"/> messages of each of its newest clients. What is older is
/// <see cref="FlatErrorKind.TokenExpired"/> and is never done again, so numbers of one client rise: one write after the other, or a
/// client id for each writer. A token with another payload is <see cref="FlatErrorKind.InvalidConfig"/>.
/// </remarks>
/// <param name="Client">
/// Who writes: a version 7 GUID, which holds the time at which it was made. Where a shard must forget clients, it forgets the oldest first.
/// </param>
/// <param name="Number">The number of the write, higher than that of the client's write before.</param>
[GenerateSerializer, Immutable, Alias("iqdb.WriteToken")]
public readonly record struct WriteToken(
    [property: Id(0)] Guid Client,
    [property: Id(1)] ulong Number)
{
    /// <summary>Messages of one client that a shard remembers: the newest ones. A write with a token is cut into no more than these.</summary>
    public const int Remembered = 64;

    /// <summary>The first token of a client of its own.</summary>
    public static WriteToken New() => new(Guid.CreateVersion7(), 1);

    /// <summary>The token of the client's next write.</summary>
    public WriteToken Next => this with { Number = checked(Number + 1) };

    /// <summary>Throws <see cref="FlatErrorKind.InvalidConfig"/> for a client that is no version 7 GUID.</summary>
    public void Check()
    {
        if (Client.Version != 7)
            throw FlatIndexException.InvalidConfig($"the client of a write token is a version 7 GUID, found {Client}");
    }
}
