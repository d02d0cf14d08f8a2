using System.Net;

namespace InboundBridge.Configuration.Options.Watching;

/// <summary>Configuration <c>log.syslog</c>: where the log goes beside standard output.</summary>
/// <param name="Text">As written.</param>
internal sealed record SyslogAddress(SyslogTransport Transport, EndPoint EndPoint, string Text)
{
    public override string ToString() => Text;
}

internal enum SyslogTransport
{
    /// <summary>One datagram a message (RFC 5426).</summary>
    Udp,

    /// <summary>Each message with its length in front (RFC 6587 §3.4.1).</summary>
    Tcp,

    /// <summary>The same over TLS (RFC 5425).</summary>
    Tls,

    /// <summary>A datagram socket of this machine.</summary>
    Unix,
}
