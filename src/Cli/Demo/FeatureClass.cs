namespace IqdbFlat.Cli.Demo;

/// <summary>The classes of features. The numbers are part of the hashes.</summary>
internal enum FeatureClass
{
    /// <summary>A word.</summary>
    Word = 1,

    /// <summary>Two neighbouring words.</summary>
    Pair = 2,

    /// <summary>Three to five neighbouring characters of a word.</summary>
    Gram = 3,
}
