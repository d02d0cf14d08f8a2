namespace InboundBridge.MailFlow.Spool.Moving;

/// <summary>What came of an export, an import or a check.</summary>
public sealed record MoveResult
{
    /// <summary>The spool, or the file that was checked.</summary>
    public required string Place { get; init; }

    /// <summary>What was exported, imported or checked. Of an import: all that the file holds.</summary>
    public required SpoolCount Count { get; init; }

    public required MoveProblems Problems { get; init; }

    /// <summary>Of an import: the mails that were stored.</summary>
    public long Added { get; init; }

    /// <summary>Of an import: the mails that were there already.</summary>
    public long PassedOver { get; init; }

    /// <summary>Of an export: the mails that ended and were removed while it ran.</summary>
    public long Removed { get; init; }

    /// <summary>Of an import: an earlier run had done all of it.</summary>
    public bool WasDone { get; init; }

    /// <summary>Of an export: it goes on where an earlier run was interrupted.</summary>
    public bool IsContinued { get; init; }

    /// <summary>What the operator should know although nothing is wrong.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}
