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

    /// <summary><c>run: client</c>: also <c>client</c>, on a cluster without any index.</summary>
    Client,

    /// <summary><c>run: handle</c>: also <c>client</c> and <c>index</c>, an open index of two shards with three rows.</summary>
    Handle,

    /// <summary><c>compile: why</c>: compiled and not run, because of what it says.</summary>
    Compile,
}
