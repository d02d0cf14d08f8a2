using System.Net;
using System.Net.Sockets;

namespace InboundBridge.MailFlow.Delivery.Webhook.Requests;

/// <summary>
/// Connects for a URL whose host comes from mail. The address that is checked is the one that is connected to: there is no second look-up in which a name
/// could change its mind.
/// </summary>
internal static class GuardedConnection
{
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = context.DnsEndPoint;
        var addresses = await System.Net.Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        var allowed = Array.FindAll(addresses, address => !PrivateAddresses.Contains(address));
        if (allowed.Length == 0)
            throw new PrivateAddressException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>Every address of the host is one that mail may not lead us to.</summary>
internal sealed class PrivateAddressException() : IOException("the URL's host comes from the mail and leads to a private address, which is not allowed");
