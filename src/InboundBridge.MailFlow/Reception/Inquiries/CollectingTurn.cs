using InboundBridge.MailFlow.Queue.Collecting;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Smtp.Server;

namespace InboundBridge.MailFlow.Reception.Inquiries;

/// <summary>Hands a turned connection to the queue.</summary>
internal sealed class CollectingTurn(MailCollection collection, SmtpPeer peer) : ISmtpTurn
{
    public ValueTask<bool> RunAsync(Stream connection, CancellationToken shutdown) => collection.RunAsync(
        new TurnedConnection(connection, peer.ClientIp?.ToString() ?? "local", peer.Tls is not null), shutdown);

    public ValueTask DisposeAsync() => collection.DisposeAsync();
}
