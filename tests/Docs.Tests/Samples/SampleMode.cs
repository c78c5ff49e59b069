namespace IqdbFlat.Docs.Tests.Samples;

/// <summary>What a csharp block is given, as the comment before it says.</summary>
internal enum SampleMode
{
    /// <summary><c>run: program</c>: nothing but what every .NET program has. The block is a whole program.</summary>
    Program,

    /// <summary><c>run: engine</c>: the project's namespaces.</summary>
    Engine,

    /// <summary><c>run: index</c>: also <c>index</c>, a <c>FlatIndex</c> with three rows.</summary>
    Index,

    /// <summary><c>run: client</c>: also <c>client</c> and <c>cluster</c>, Orleans' own client, on a cluster without any index.</summary>
    Client,

    /// <summary><c>run: handle</c>: also <c>client</c>, <c>cluster</c> and <c>index</c>, an open index of two shards with three rows.</summary>
    Handle,

    /// <summary><c>run: silo</c>: a whole program, beside a silo; the port of the silo's gateway takes the place of 30000.</summary>
    Silo,

    /// <summary><c>run: host</c>: a whole program that is a silo; free ports take the place of 11111 and 30000, and a temporary file that of data/rows.db.</summary>
    Host,
}
