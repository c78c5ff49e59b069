using IqdbFlat.Cli.CommandLine;
using Spectre.Console;

namespace IqdbFlat.Cli.Output;

/// <summary>A table for people. Cells are plain text: nothing in them is taken for markup or reaches the terminal as a control.</summary>
internal sealed class ResultTable
{
    private readonly Table _table = new() { Border = TableBorder.Simple };

    /// <summary>Names the columns; one that begins with &gt; holds numbers and stands to the right.</summary>
    public ResultTable(params ReadOnlySpan<string> columns)
    {
        foreach (string column in columns)
        {
            bool right = column.StartsWith('>');
            var header = new TableColumn(new Text(right ? column[1..] : column));
            _table.AddColumn(right ? header.RightAligned().NoWrap() : header);
        }
    }

    /// <summary>Adds a row of as many cells as there are columns.</summary>
    public ResultTable Add(params ReadOnlySpan<string> cells)
    {
        var texts = new Text[cells.Length];
        for (int i = 0; i < cells.Length; i++)
            texts[i] = new(PlainText.OneLine(cells[i]));
        _table.AddRow(texts);
        return this;
    }

    /// <summary>Prints the table to the output.</summary>
    public void Print(Terminal terminal) => terminal.CreateTables().Write(_table);
}
