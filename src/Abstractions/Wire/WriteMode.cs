namespace IqdbFlat.Abstractions;

/// <summary>What a write does with its rows.</summary>
public enum WriteMode : byte
{
    /// <summary>Adds rows; an id that is there already is an error.</summary>
    Insert = 0,

    /// <summary>Adds or replaces rows; a replaced row gets a new sequence.</summary>
    Upsert = 1,

    /// <summary>Replaces rows' metadata; vectors and sequences stay; an id that is not there is an error.</summary>
    UpdateMetadata = 2,

    /// <summary>Removes rows; an id that is not there is an error.</summary>
    Delete = 3,

    /// <summary>Removes rows; counts those that were there.</summary>
    DeleteIfPresent = 4,

    /// <summary>Removes every row.</summary>
    Clear = 5,

    /// <summary>Removes the rows that meet a filter; counts them.</summary>
    DeleteMatching = 6,
}
