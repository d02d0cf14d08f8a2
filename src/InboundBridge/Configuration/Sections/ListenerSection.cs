using System.Net;
using System.Net.Sockets;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Values;
using InboundBridge.Smtp.Server;

namespace InboundBridge.Configuration.Sections;

internal static class ListenerSection
{
    private static readonly EndPoint NotGiven = new IPEndPoint(IPAddress.None, 0);

    public static ConfigShape<ListenerOptions> Shape { get; } = Section.As(WithName);

    private static SectionShape<ListenerOptions> Section => new SectionShape<ListenerOptions>(
            "One listener.", () => new ListenerOptions { Name = string.Empty, Address = NotGiven })
        .Required("address", new EndPointShape(toListen: true), (listener, value) => listener with { Address = value },
            "an address and a port, or unix:/path")
        .Key("name", Scalars.Text, (listener, value) => listener with { Name = value },
            "In logs, metrics and the fact 'listener'. Default: the address.")
        .Key("mode",
            Scalars.Choice(
                ("mx", SmtpListenerMode.Mx), ("submission", SmtpListenerMode.Submission), ("lmtp", SmtpListenerMode.Lmtp),
                ("odmr", SmtpListenerMode.Odmr)),
            (listener, value) => listener with { Mode = value },
            "mx: mail from anybody. submission: mail from authenticated users. lmtp: mail by LMTP. odmr: users collect mail (ATRN).", "mx")
        .Key("tls",
            Scalars.Choice(
                ("starttls", ListenerTls.StartTls), ("off", ListenerTls.Off), ("require", ListenerTls.Require),
                ("implicit", ListenerTls.Implicit)),
            (listener, value) => listener with { Tls = value },
            "starttls: offered when there is a certificate. require: no mail before STARTTLS. implicit: TLS from the first octet.",
            "starttls")
        .Key("socket_mode", Scalars.FileMode, (listener, value) => listener with { SocketMode = value },
            "Who may connect to a unix socket, in chmod's digits, such as 0660. Default: 0600, only its owner.")
        .Key("cram_md5", Scalars.Toggle, (listener, value) => listener with { CramMd5 = value },
            "Offers CRAM-MD5 (submission, odmr) to users with a 'secret' in users.file. Anybody who can read that file can log in as them.",
            "false")
        .Key("client_certificate", Scalars.Choice(("off", false), ("ask", true)),
            (listener, value) => listener with { AskForCertificate = value },
            "ask: clients may present a certificate; a verified one becomes the fact client_certificate.", "off")
        .Key("proxy_protocol", new ListShape<IPNetwork>(Scalars.Network, minimum: 1),
            (listener, value) => listener with { ProxyProtocol = value },
            "Networks of proxies that must send a PROXY header, version 1 or 2.")
        .Check((listener, node, reading) =>
        {
            if (listener.ProxyProtocol.Count > 0 && listener.Address is UnixDomainSocketEndPoint)
                reading.Error(node, "proxy_protocol needs an IP address to listen on", "a unix socket's peer has no network");
            if (listener.SocketMode is not null && listener.Address is not UnixDomainSocketEndPoint)
                reading.Error(node, "socket_mode needs a unix socket to listen on", "address: \"unix:/run/inboundbridge/lmtp\"");
        });

    private static ListenerOptions WithName(ListenerOptions listener) =>
        listener.Name.Length > 0 ? listener : listener with { Name = EndPointText.Format(listener.Address) };
}
