using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server;

/// <summary>The role of a listener: public MX, authenticated submission, LMTP (RFC 2033), or on-demand relay (RFC 2645).</summary>
public enum SmtpListenerMode
{
    Mx,
    Submission,
    Lmtp,

    /// <summary>Takes no mail: a user authenticates, and ATRN turns the connection round.</summary>
    Odmr,
}

/// <summary>The TLS state of a connection.</summary>
/// <param name="Version">For example <c>TLSv1.3</c>.</param>
/// <param name="Cipher">IANA name of the suite.</param>
/// <param name="ClientCertificate">Subject of the verified client certificate; null without one.</param>
public sealed record SmtpTls(string Version, string Cipher, string? ClientCertificate)
{
    public static SmtpTls From(SslStream stream) => new(
        stream.SslProtocol switch { SslProtocols.Tls13 => "TLSv1.3", SslProtocols.Tls12 => "TLSv1.2", var other => other.ToString() },
        stream.NegotiatedCipherSuite.ToString(),
        stream.RemoteCertificate is { } certificate ? PeerText.Clean(certificate.Subject) : null);
}

/// <summary>What we know of the client. The session fills it in as it learns more (PROXY, XCLIENT, EHLO, STARTTLS, AUTH).</summary>
public sealed class SmtpPeer(string listener, SmtpListenerMode mode, EndPoint remote, EndPoint local)
{
    /// <summary>The end of a client whose address a proxy does not tell.</summary>
    public static EndPoint UnknownRemote { get; } = new DnsEndPoint("unknown", 0);

    /// <summary>The listener's name from the configuration; a metric label.</summary>
    public string Listener { get; } = listener;

    public SmtpListenerMode Mode { get; } = mode;

    /// <summary>The client's end; an <see cref="IPEndPoint"/> unless it came through a unix socket.</summary>
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

    /// <summary>Null on unix sockets. An IPv4-mapped address is given as IPv4.</summary>
    public IPAddress? ClientIp { get; private set; } = AddressOf(remote);

    /// <summary>A proxy brings a client whose address it does not know or tell (XCLIENT).</summary>
    public bool IsAddressUnknown => Remote == UnknownRemote;

    /// <summary>The client's forward-confirmed host name; null until it was looked up or XCLIENT gave it.</summary>
    public string? ClientName { get; set; }

    /// <summary>What a trusted proxy told about <see cref="ClientName"/>. Where it told something, nothing is looked up.</summary>
    public SmtpNameReport NameReport { get; set; }

    /// <summary>The argument of EHLO, HELO or LHLO; null before that command.</summary>
    public string? Helo { get; set; }

    /// <summary>True after EHLO or LHLO.</summary>
    public bool Esmtp { get; set; }

    public SmtpTls? Tls { get; set; }

    /// <summary>The authenticated user; null before AUTH.</summary>
    public string? User { get; set; }

    /// <summary>The protocol that the Received field names for mail that did not come by SMTP; null for SMTP and LMTP.</summary>
    public string? Protocol { get; init; }

    /// <summary>True for peers of the configured trusted networks.</summary>
    public bool Trusted { get; set; }

    private static IPAddress? AddressOf(EndPoint remote) =>
        remote is IPEndPoint ip ? (ip.Address.IsIPv4MappedToIPv6 ? ip.Address.MapToIPv4() : ip.Address) : null;
}
