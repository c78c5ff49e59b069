using IqdbFlat.Abstractions;

namespace IqdbFlat.Grains.Indexes;

/// <summary>Where an index is in its life. The numbers are stored and never change.</summary>
internal enum IndexState : byte
{
    /// <summary>Its shards are being made; nobody has been told that it exists.</summary>
    Creating = 1,

    /// <summary>It serves.</summary>
    Live = 2,

    /// <summary>It is moving to the name in <see cref="IndexRecord.RenamedTo"/>.</summary>
    Renaming = 3,

    /// <summary>Its shards are being erased; nobody may use it again.</summary>
    Dropping = 4,

    /// <summary>Its rows are being restored from a backup; nobody has been told that it exists, and a crash ends in dropping it.</summary>
    Restoring = 5,
}

/// <summary>All that an index grain keeps in the store.</summary>
/// <param name="State">Where the index is in its life.</param>
/// <param name="Description">What the index is, with the epoch of the activation that wrote this.</param>
/// <param name="SequenceLease">No number above this one has been allotted.</param>
/// <param name="RenamedTo">The other name, while <see cref="IndexState.Renaming"/>; else empty.</param>
internal sealed record IndexRecord(IndexState State, IndexDescription Description, ulong SequenceLease, string RenamedTo = "");
