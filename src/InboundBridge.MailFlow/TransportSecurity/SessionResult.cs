namespace InboundBridge.MailFlow.TransportSecurity;

/// <summary>How one session with a mail exchanger went, or why there was none.</summary>
/// <param name="Domain">The domain that mail was for.</param>
/// <param name="Host">The mail exchanger, as its MX record names it.</param>
/// <param name="Failure">Null when the session is as the policy demands.</param>
public sealed record SessionResult(string Domain, string Host, HostPolicy Policy, bool IsEncrypted, TlsFailure? Failure)
{
    /// <summary>The address that was connected to; null when none was.</summary>
    public System.Net.IPAddress? Address { get; init; }

    /// <summary>What went wrong, in words.</summary>
    public string? Detail { get; init; }
}
