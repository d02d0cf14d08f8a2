namespace InboundBridge.MailFlow.Verdicts;

/// <summary>The answer of DMARC (RFC 9989).</summary>
public sealed record DmarcVerdict(CheckResult Result)
{
    public static DmarcVerdict NotAsked { get; } = new(CheckResult.None);

    /// <summary>
    /// <c>none</c>, <c>quarantine</c> or <c>reject</c>: the policy that applies to this mail whatever the result, after <c>sp</c>,
    /// <c>np</c> and <c>t</c>; null without a record.
    /// </summary>
    public string? Policy { get; init; }

    /// <summary>The tag <c>p</c> as published; null without a record.</summary>
    public string? Published { get; init; }

    /// <summary>The domain whose record applies, in A-labels and lower case; of the author's domain where there is no record.</summary>
    public string Domain { get; init; } = string.Empty;

    /// <summary>The author's domain (of From), in A-labels and lower case; empty when From names none.</summary>
    public string AuthorDomain { get; init; } = string.Empty;

    /// <summary>
    /// What is aligned and passes: <c>spf</c>, <c>dkim</c>. Also known without a record, where only equal domains are aligned.
    /// </summary>
    public IReadOnlyList<string> Alignment { get; init; } = [];

    /// <summary>What might be aligned and pass (<c>spf</c>, <c>dkim</c>), but the DNS did not answer.</summary>
    public IReadOnlyList<string> Undecided { get; init; } = [];

    /// <summary>Why a TempError, PermError or None; for people.</summary>
    public string? Problem { get; init; }

    /// <summary>
    /// From names nobody, more domains than are checked, or is written so that nobody can tell the author. Known while the mail comes in;
    /// it is not stored.
    /// </summary>
    public bool IsAuthorUnknown { get; init; }

    /// <summary>Tells an author domain without a record from a mail that nobody asked about.</summary>
    public bool WasAsked => Result != CheckResult.None || Domain.Length > 0 || Problem is not null;
}
