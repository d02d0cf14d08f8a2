using System.Globalization;
using System.Net;
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
        // Another client has another name, unless the proxy tells it.
        context.Peer.ClientName = null;
        foreach (var (name, value) in command.Attributes)
        {
            if (!Apply(context, name, value))
                return SmtpReplies.BadParameter;
        }
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

    private static bool Apply(SmtpSessionContext context, string name, string? value)
    {
        var peer = context.Peer;
        switch (name)
        {
            case "NAME":
                peer.ClientName = value;
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
            case "ADDR":
                return value is null || Place(peer.Remote, value, null, endPoint => peer.Remote = endPoint);
            case "PORT":
                return value is null || Place(peer.Remote, null, value, endPoint => peer.Remote = endPoint);
            case "DESTADDR":
                return value is null || Place(peer.Local, value, null, endPoint => peer.Local = endPoint);
            default:
                return value is null || Place(peer.Local, null, value, endPoint => peer.Local = endPoint);
        }
    }

    private static bool Place(EndPoint old, string? address, string? port, Action<EndPoint> set)
    {
        var from = old as IPEndPoint ?? new IPEndPoint(IPAddress.None, 0);
        const string V6 = "IPV6:";
        var ip = from.Address;
        if (address is not null
            && !IPAddress.TryParse(address.StartsWith(V6, StringComparison.OrdinalIgnoreCase) ? address[V6.Length..] : address, out ip))
            return false;
        var number = (ushort)from.Port;
        if (port is not null && !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            return false;
        set(new IPEndPoint(ip!, number));
        return true;
    }
}
