using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>XCLIENT (Postfix's XCLIENT_README): a trusted proxy tells us who the client is, and the session starts over.</summary>
internal static class XclientHandler
{
    public static async ValueTask<SmtpAnswer> HandleAsync(SmtpSessionContext context, SmtpCommand.Xclient command)
    {
        if (!context.MayXclient)
            return SmtpReplies.XclientForbidden;
        ForgetName(context, command);
        // Ports come last: a port belongs to the address of the same command, wherever that stands.
        foreach (var (name, value) in command.Attributes.OrderBy(attribute => attribute.Key is "PORT" or "DESTPORT"))
        {
            if (!Apply(context, name, value, command.IsNameTemporary))
                return SmtpReplies.BadParameter;
        }
        ForgetAddress(context, command);
        await context.ResetTransactionAsync();
        context.State = SmtpState.Connected;
        context.Peer.Trusted = context.Peer.ClientIp is { } ip && context.Options.IsTrusted(ip);
        if (await context.RenewReceiverAsync() is { } refusal)
            return refusal with { Closes = true };
        return SmtpReplies.Banner(context.Options.Hostname, context.Mode == SmtpListenerMode.Lmtp);
    }

    public static void AppendExtensions(SmtpSessionContext context, StringBuilder list)
    {
        if (context.MayXclient)
            list.Append("\nXCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT");
    }

    /// <summary>
    /// Another client has another name, unless the proxy tells it. A proxy may describe one client in several commands, so NAME may come
    /// before ADDR; what the session itself looked up is forgotten in any case.
    /// </summary>
    private static void ForgetName(SmtpSessionContext context, SmtpCommand.Xclient command)
    {
        var isOther = command.Attributes.Any(attribute => attribute.Key == "ADDR");
        if (context.Peer.NameReport == SmtpNameReport.NotTold || (isOther && context.HasXclientAddress))
            (context.Peer.ClientName, context.Peer.NameReport) = (null, SmtpNameReport.NotTold);
        context.HasXclientAddress |= isOther;
    }

    /// <summary>
    /// The client that the proxy describes is not the proxy. As long as the proxy has not told its address, the proxy's own must not stand
    /// for it: every sender would be as trusted as the proxy.
    /// </summary>
    private static void ForgetAddress(SmtpSessionContext context, SmtpCommand.Xclient command)
    {
        if (!context.HasXclientAddress && command.Attributes.Any(attribute => attribute.Key is not ("DESTADDR" or "DESTPORT")))
            context.Peer.Remote = SmtpPeer.UnknownRemote;
    }

    private static bool Apply(SmtpSessionContext context, string name, string? value, bool isNameTemporary)
    {
        var peer = context.Peer;
        switch (name)
        {
            case "NAME":
                peer.ClientName = value;
                peer.NameReport = value is not null ? SmtpNameReport.Verified
                    : isNameTemporary ? SmtpNameReport.NotNow : SmtpNameReport.None;
                return true;
            case "HELO":
                context.XclientHelo = value;
                return true;
            case "LOGIN":
                peer.User = value;
                return true;
            case "PROTO":
                return value is null || value.Equals("SMTP", StringComparison.OrdinalIgnoreCase)
                    || value.Equals("ESMTP", StringComparison.OrdinalIgnoreCase);
            case "ADDR" when value is null:
                // The client is not the proxy, whose address must not stand for it: it would be trusted like the proxy.
                peer.Remote = SmtpPeer.UnknownRemote;
                return true;
            case "ADDR":
                return PlaceAddress(peer.Remote, value, endPoint => peer.Remote = endPoint);
            case "PORT":
                return value is null || PlacePort(peer.Remote, value, endPoint => peer.Remote = endPoint);
            case "DESTADDR":
                return value is null || PlaceAddress(peer.Local, value, endPoint => peer.Local = endPoint);
            default:
                return value is null || PlacePort(peer.Local, value, endPoint => peer.Local = endPoint);
        }
    }

    private static bool PlaceAddress(EndPoint old, string text, Action<EndPoint> set)
    {
        const string V6 = "IPV6:";
        var isV6 = text.StartsWith(V6, StringComparison.OrdinalIgnoreCase);
        if (!IpAddressText.TryParse(isV6 ? text.AsSpan(V6.Length) : text, out var address)
            || (isV6 && address.AddressFamily != AddressFamily.InterNetworkV6))
            return false;
        set(new IPEndPoint(address, (old as IPEndPoint)?.Port ?? 0));
        return true;
    }

    /// <summary>A port alone does not make an unknown address known.</summary>
    private static bool PlacePort(EndPoint old, string text, Action<EndPoint> set)
    {
        if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        if (old is IPEndPoint { Address: var address })
            set(new IPEndPoint(address, port));
        return true;
    }
}
