using System.Net;

namespace InboundBridge.MailFlow.Delivery.Webhook.Transport;

/// <summary>
/// Connects for a URL whose host comes from the mail. The name is looked up once, and the checked addresses are the ones that are connected
/// to, so that a second look-up can't give others (DNS rebinding).
/// </summary>
/// <param name="lookUp">Called once for each connection.</param>
/// <param name="dial">Connects to one of the addresses.</param>
internal sealed class GuardedConnection(
    Func<string, CancellationToken, Task<IPAddress[]>> lookUp, Func<IPAddress[], int, CancellationToken, ValueTask<Stream>> dial)
{
    public static GuardedConnection OfSystem { get; } = new(System.Net.Dns.GetHostAddressesAsync, ReceiverSocket.DialAsync);

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = context.DnsEndPoint;
        var addresses = await lookUp(target.Host, cancellationToken);
        var allowed = Array.FindAll(addresses, address => !PrivateAddresses.Contains(address));
        if (allowed.Length == 0)
            throw new PrivateAddressException();
        return await dial(allowed, target.Port, cancellationToken);
    }
}

/// <summary>Every address of the host is private.</summary>
internal sealed class PrivateAddressException()
    : IOException("the URL's host comes from the mail and leads to a private address, which is not allowed");
