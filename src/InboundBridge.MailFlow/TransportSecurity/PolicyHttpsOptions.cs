using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace InboundBridge.MailFlow.TransportSecurity;

/// <summary>How policies are fetched and reports are sent over HTTPS.</summary>
internal sealed record PolicyHttpsOptions
{
    /// <summary>For a whole fetch; RFC 8461 §3.3 suggests one minute for policies.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Authorities to trust instead of the system's; null for the system's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>
    /// Whether an address may be connected to. Anybody can publish a record that leads to our own network (server-side request forgery).
    /// </summary>
    public required Func<IPAddress, bool> MayConnect { get; init; }

    /// <summary>Connects; null for TCP. Tests use pipes.</summary>
    public Func<IPEndPoint, CancellationToken, ValueTask<Stream>>? Dial { get; init; }
}
