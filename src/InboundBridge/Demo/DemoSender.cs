using System.Globalization;
using System.Net;
using System.Text;
using InboundBridge.Smtp.Client;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Demo;

/// <summary>Sends sample mails through SMTP. A PROXY header names the sender's address, as a load balancer in front would.</summary>
/// <param name="proxied">The listener that expects the header.</param>
/// <param name="direct">The listener for everybody.</param>
internal sealed class DemoSender(IPEndPoint proxied, IPEndPoint direct, TimeProvider clock)
{
    public async Task<SmtpReply> SendAsync(DemoMail mail, CancellationToken cancellationToken)
    {
        var server = mail.ClientIp is null ? direct : proxied;
        var options = new SmtpClientOptions
        {
            Server = new SmtpEndpoint(server.Address.ToString(), server.Port),
            Hostname = mail.ClientIp is null ? "demo.localhost" : DemoSenders.NameOf(mail.ClientIp),
        };
        var message = new SmtpClientMessage
        {
            Sender = mail.Sender,
            Recipients = [new SmtpClientRecipient(mail.Recipient)],
            Content = SmtpContent.FromMemory(mail.Octets),
        };
        var result = await SmtpSender.SendAsync(
            options, message, cancellationToken, mail.ClientIp is { } client ? (to, token) => DialAsync(client, to, token) : null, clock);
        return result.Replies[0];
    }

    private static async ValueTask<Stream> DialAsync(string client, SmtpEndpoint server, CancellationToken cancellationToken)
    {
        var stream = await SmtpSockets.DialAsync(server, cancellationToken);
        var header = string.Create(CultureInfo.InvariantCulture, $"PROXY TCP4 {client} {server.Host} 40000 {server.Port}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(header), cancellationToken);
        return stream;
    }
}
