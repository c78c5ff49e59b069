namespace IqdbFlat.Silo.Text;

/// <summary>Metadata in one line, for people.</summary>
internal static class MetadataText
{
    /// <summary>Fields and values: <c>kind = 'method', year = 2024</c>, as a filter would name them; empty for none.</summary>
    public static string Of(Metadata? metadata) => metadata is null
        ? ""
        : string.Join(", ", metadata.Select(field => FilterText.Format(Filter.Eq(field.Key, field.Value))));
}
