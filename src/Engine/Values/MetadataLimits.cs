using IqdbFlat.Engine.Encoding;
using IqdbFlat.Engine.Values;

namespace IqdbFlat.Engine;

/// <summary>What an index accepts as a row's metadata.</summary>
public static class MetadataLimits
{
    /// <summary>
    /// Throws <see cref="FlatErrorKind.ResourceLimitExceeded"/> when the metadata has more than <see cref="Limits.MetadataFields"/> fields or more than
    /// <see cref="Limits.MetadataBytes"/> bytes in its binary form (<see cref="BinaryForm"/>) or an array of more than
    /// <see cref="Limits.ArrayElements"/> elements, in this order, and then <see cref="FlatErrorKind.InvalidConfig"/> when a field name or string is
    /// not valid Unicode. No metadata (null) passes.
    /// </summary>
    public static void Check(Metadata? metadata)
    {
        if (metadata is null || metadata.Count == 0)
            return;
        if (metadata.Count > Limits.MetadataFields)
            throw FlatIndexException.ResourceLimitExceeded("metadata fields", Limits.MetadataFields, metadata.Count);
        long bytes = BinaryForm.SizeOf(metadata);
        if (bytes > Limits.MetadataBytes)
            throw FlatIndexException.ResourceLimitExceeded("metadata bytes", Limits.MetadataBytes, bytes);
        for (int i = 0; i < metadata.Count; i++)
        {
            if (metadata.At(i).Value is { Kind: MetadataKind.Array } array && array.Elements.Length > Limits.ArrayElements)
                throw FlatIndexException.ResourceLimitExceeded("array elements", Limits.ArrayElements, array.Elements.Length);
        }

        for (int i = 0; i < metadata.Count; i++)
        {
            var (field, value) = metadata.At(i);
            if (!UnicodeText.IsValid(field))
                throw FlatIndexException.InvalidConfig($"the field name {UnicodeText.Quote(field)} is not valid Unicode: it has half of a surrogate pair");
            if (!UnicodeText.IsValid(value))
                throw FlatIndexException.InvalidConfig($"the string in the field {UnicodeText.Quote(field)} is not valid Unicode: it has half of a surrogate pair");
        }
    }
}
