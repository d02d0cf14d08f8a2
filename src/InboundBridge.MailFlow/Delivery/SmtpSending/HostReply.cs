using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Client;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Delivery.SmtpSending;

/// <summary>A reply to a mail or to one of its recipients, with the server that we were talking to.</summary>
/// <param name="Host">
/// A name, an address or <c>unix:/path</c>; null when no server was involved (a domain without mail exchangers, for example).
/// </param>
/// <param name="TookNotify">The server offers DSN (RFC 3461), and got what the sender asked for.</param>
internal readonly record struct HostReply(SmtpReply Reply, string? Host, bool TookNotify = false)
{
    /// <summary>The host of an endpoint, without its port.</summary>
    public static string HostOf(SmtpEndpoint server) => server.Host.Length > 0 ? server.Host : server.ToString();

    /// <summary>The reply for the queue. A reply that our own client made up, because no server answered, has a text only.</summary>
    public DeliveryReply ToDeliveryReply() => Reply.Reason is null && Host is not null
        ? new DeliveryReply(Reply.Code, Reply.Enhanced?.ToString(), Text(), Host)
        : DeliveryReply.FromText(Text());

    /// <summary>For example <c>250 2.0.0 queued</c>, on one line.</summary>
    private string Text()
    {
        var text = Reply.Text.ReplaceLineEndings(" ");
        var code = Reply.Code.ToString(CultureInfo.InvariantCulture);
        return (Reply.Enhanced is { } enhanced ? $"{code} {enhanced} {text}" : $"{code} {text}").TrimEnd();
    }
}
