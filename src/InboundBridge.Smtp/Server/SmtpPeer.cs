using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server;

/// <summary>The role of a listener: public MX, authenticated submission, or LMTP (RFC 2033).</summary>
public enum SmtpListenerMode
{
    Mx,
    Submission,
    Lmtp,
}

/// <summary>The TLS state of a connection.</summary>
/// <param name="Version">As in <c>TLSv1.3</c>.</param>
/// <param name="Cipher">IANA name of the suite.</param>
/// <param name="ClientCertificate">Subject of the verified client certificate; null without one.</param>
public sealed record SmtpTls(string Version, string Cipher, string? ClientCertificate)
{
    public static SmtpTls From(SslStream stream) => new(
        stream.SslProtocol == SslProtocols.Tls13 ? "TLSv1.3" : stream.SslProtocol == SslProtocols.Tls12 ? "TLSv1.2" : stream.SslProtocol.ToString(),
        stream.NegotiatedCipherSuite.ToString(),
        stream.RemoteCertificate is { } certificate ? PeerText.Clean(certificate.Subject) : null);
}

/// <summary>What is known of the client, filled in by the session as the conversation goes on (PROXY, XCLIENT, EHLO, STARTTLS, AUTH).</summary>
public sealed class SmtpPeer(string listener, SmtpListenerMode mode, EndPoint remote, EndPoint local)
{
    /// <summary>The listener's name, bounded: it is a metric label.</summary>
    public string Listener { get; } = listener;

    public SmtpListenerMode Mode { get; } = mode;

    /// <summary>The client; an <see cref="IPEndPoint"/> unless it came through a unix socket.</summary>
    public EndPoint Remote
    {
        get;
        set
        {
            field = value;
            ClientIp = AddressOf(value);
        }
    } = remote;

    public EndPoint Local { get; set; } = local;

    /// <summary>Null on unix sockets. IPv4-mapped addresses are unmapped.</summary>
    public IPAddress? ClientIp { get; private set; } = AddressOf(remote);

    /// <summary>The client's forward-confirmed host name, once somebody looked it up or XCLIENT gave it.</summary>
    public string? ClientName { get; set; }

    /// <summary>The argument of EHLO, HELO or LHLO; null before.</summary>
    public string? Helo { get; set; }

    /// <summary>True after EHLO or LHLO.</summary>
    public bool Esmtp { get; set; }

    public SmtpTls? Tls { get; set; }

    /// <summary>The authenticated user; null before AUTH.</summary>
    public string? User { get; set; }

    /// <summary>What the trace field says the mail came with, where that is not SMTP; null for what SMTP's own state says.</summary>
    public string? Protocol { get; init; }

    /// <summary>True for peers of the configured trusted networks.</summary>
    public bool Trusted { get; set; }

    private static IPAddress? AddressOf(EndPoint remote) =>
        remote is IPEndPoint ip ? (ip.Address.IsIPv4MappedToIPv6 ? ip.Address.MapToIPv4() : ip.Address) : null;
}
