using IqdbFlat.Cli.Chaos.Ledger;

namespace IqdbFlat.Cli.Chaos;

/// <summary>What a chaos run did and found.</summary>
internal sealed class ChaosReport
{
    /// <summary>Rounds that were checked to the end.</summary>
    public int Rounds { get; set; }

    /// <summary>Silos that were killed by SIGKILL.</summary>
    public int Kills { get; set; }

    /// <summary>Kills of a ready silo while a write was on its way: sent, and not acknowledged.</summary>
    public int KillsDuringWrites { get; set; }

    /// <summary>Rounds in which all silos were killed at once.</summary>
    public int AllAtOnce { get; set; }

    /// <summary>Writes that were acknowledged.</summary>
    public long Acknowledged { get; set; }

    /// <summary>Rows of them.</summary>
    public long AcknowledgedRows { get; set; }

    /// <summary>Writes whose outcome nobody was told.</summary>
    public long Unknown { get; set; }

    /// <summary>Writes that were sent again under their tokens, until their first answer was told or they were given up.</summary>
    public long Retried { get; set; }

    /// <summary>Rows that were compared, over all checks.</summary>
    public long RowsChecked { get; set; }

    /// <summary>What is wrong.</summary>
    public Findings Findings { get; } = new();

    /// <summary>The one line that tells all.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"kills {Kills} ({KillsDuringWrites} while a write was unacknowledged, all silos at once {AllAtOnce} times), acknowledged {Acknowledged} writes ({AcknowledgedRows} rows), unknown {Unknown}, retried {Retried}, lost {Findings.Count(FindingKind.Lost)}, phantom {Findings.Count(FindingKind.Phantom)}, duplicated {Findings.Count(FindingKind.Duplicated)}, wrong {Findings.Count(FindingKind.Wrong)}, failed {Findings.Count(FindingKind.Failed)}");
}
