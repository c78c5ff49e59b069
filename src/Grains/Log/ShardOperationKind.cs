namespace IqdbFlat.Grains.Log;

/// <summary>What an operation of a batch does. The numbers are stored and never change.</summary>
public enum ShardOperationKind : byte
{
    /// <summary>Puts a row in, in place of any row of the same id.</summary>
    Put = 1,

    /// <summary>Takes the row of an id out.</summary>
    Remove = 2,

    /// <summary>Takes every row out.</summary>
    Clear = 3,

    /// <summary>Records the epoch of the index grain below which allotments are refused.</summary>
    IndexEpoch = 4,
}
