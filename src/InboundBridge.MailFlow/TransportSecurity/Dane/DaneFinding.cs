namespace InboundBridge.MailFlow.TransportSecurity.Dane;

/// <summary>What a host's TLSA look-up says: a closed set.</summary>
internal abstract record DaneFinding
{
    /// <summary>No records, or none that a trusted resolver has validated: DANE does not apply.</summary>
    public sealed record Absent : DaneFinding;

    /// <summary>The look-up failed: the host must not be used now (RFC 7672 §2.1.2), since an attacker may suppress the answer.</summary>
    public sealed record Unknown(string Detail) : DaneFinding;

    /// <summary>There are records, but none that we can use: TLS is mandatory, without authentication (RFC 7672 §2.2).</summary>
    public sealed record Unusable : DaneFinding;

    public sealed record Usable(DaneTerms Terms) : DaneFinding;
}
