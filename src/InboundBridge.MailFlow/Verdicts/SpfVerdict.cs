namespace InboundBridge.MailFlow.Verdicts;

/// <summary>The answer of SPF (RFC 7208) for one identity.</summary>
public sealed record SpfVerdict(CheckResult Result)
{
    public static SpfVerdict NotAsked { get; } = new(CheckResult.None);

    /// <summary><c>mfrom</c> or <c>helo</c>: the identity that was checked (RFC 7208 §2.3, §2.4).</summary>
    public string Scope { get; init; } = "mfrom";

    /// <summary>The domain whose record was evaluated, in A-labels and lower case; empty when nothing was asked.</summary>
    public string Domain { get; init; } = string.Empty;

    /// <summary>What the domain publishes for a fail (RFC 7208 §6.2), cleaned and cut; null without one.</summary>
    public string? Explanation { get; init; }

    /// <summary>The mechanism that matched, as published (<c>ip4:192.0.2.0/24</c>), or <c>default</c>; null without a match.</summary>
    public string? Mechanism { get; init; }

    /// <summary>Why a TempError or PermError; for people.</summary>
    public string? Problem { get; init; }

    /// <summary>Tells a domain without a record from one that nobody asked about.</summary>
    public bool WasAsked => Result != CheckResult.None || Domain.Length > 0;
}
