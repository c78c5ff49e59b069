using IqdbFlat.Cli.Formats;

namespace IqdbFlat.Cli.Bench;

/// <summary>Rows and queries of a bench.</summary>
internal interface IBenchSource
{
    /// <summary>What it is called in the report.</summary>
    string Name { get; }

    /// <summary>Opens the rows, from the first.</summary>
    RowReader OpenRows();

    /// <summary>Opens the queries, from the first.</summary>
    RowReader OpenQueries();
}
