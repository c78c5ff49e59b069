namespace IqdbFlat.Cli.Commands.Ingest;

/// <summary>How a file is written to an index.</summary>
/// <param name="Upsert">Whether a row whose id is there replaces it.</param>
/// <param name="Resume">Whether to go on where an earlier run stopped.</param>
/// <param name="BatchRows">Rows of one batch, at most; null for the client's own number.</param>
/// <param name="Format">The form of the file, where the caller knows it.</param>
internal sealed record FileIngestOptions(bool Upsert, bool Resume, int? BatchRows, string? Format = null);
