namespace IqdbFlat.Silo;

/// <summary>The Orleans Dashboard and the key of everything on HTTP: <c>IqdbFlat:Dashboard</c>.</summary>
public sealed class DashboardOptions
{
    /// <summary>Fewest characters of a key.</summary>
    public const int MinKeyLength = 16;

    /// <summary>Most characters of a key.</summary>
    public const int MaxKeyLength = 256;

    /// <summary>Whether the page at <c>/</c> and the dashboard at <c>/dashboard</c> are served. True.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// The key that every HTTP request but those for health must carry; empty for none, which is allowed on loopback only. 16 to 256 printable ASCII characters without spaces. Put it
    /// into the environment (<c>IqdbFlat__Dashboard__Key</c>), not on the command line, which other users of the machine can read.
    /// </summary>
    public string Key { get; set; } = "";
}
