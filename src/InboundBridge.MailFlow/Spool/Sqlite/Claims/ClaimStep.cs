namespace InboundBridge.MailFlow.Spool.Sqlite.Claims;

/// <summary>What to do with a row that a claim comes across.</summary>
internal enum ClaimStep
{
    /// <summary>Read it: it can be claimed.</summary>
    Read,

    /// <summary>Go on with the next one.</summary>
    Skip,

    /// <summary>Stop: neither this row nor any after it will be claimed.</summary>
    Stop,
}
