namespace IqdbFlat.Cli.Bench;

/// <summary>Independent streams of one seed. The numbers are part of what a seed means and never change.</summary>
internal enum RowStream : byte
{
    /// <summary>The rows of the index.</summary>
    Base = 0,

    /// <summary>The queries, from the same distribution.</summary>
    Queries = 1,

    /// <summary>What rows and queries share: centres, the different vectors of duplicates.</summary>
    Shared = 2,

    /// <summary>The rotation.</summary>
    Rotation = 3,

    /// <summary>The metadata of the rows of the index.</summary>
    Metadata = 4,
}
