namespace IqdbFlat.Cli.Demo;

/// <summary>What a documented member is.</summary>
internal enum MemberKind
{
    /// <summary>A class, struct, interface, enum or delegate.</summary>
    Type,

    /// <summary>A method, constructor or operator.</summary>
    Method,

    /// <summary>A property or indexer.</summary>
    Property,

    /// <summary>A field, constant or enum member.</summary>
    Field,

    /// <summary>An event.</summary>
    Event,
}
