using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Reception.Replies;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.MailFlow.Reception.Inquiries;

/// <summary>
/// ETRN (RFC 1985): a host that was offline asks us to retry its mail now. Deliveries by relay for that domain that wait for their next
/// attempt become due. They go to their destination as always, so ETRN sends no mail to the client that asks.
/// </summary>
internal sealed class QueueTurn(MailQueue queue, TimeProvider clock)
{
    /// <summary>
    /// How long the client waits for the number of messages. In a very long queue it gets a reply without a number, and the work goes on.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _running = new(StringComparer.Ordinal);

    public async ValueTask<SmtpReply> StartAsync(string argument, SmtpPeer peer, ReceptionPolicy policy)
    {
        // RFC 1985 §5.3: @domain includes all subdomains; #name is the name of a queue, and our queues have no names.
        var withSubdomains = argument.StartsWith('@');
        if (!SmtpAddressParser.TryParse($"postmaster@{argument.TrimStart('@')}", out var node))
            return QueueTurnReplies.BadNode;
        var domain = node!.Domain;
        if (!MayStart(domain, withSubdomains, peer, policy))
            return QueueTurnReplies.NotAllowed(domain);
        lock (_gate)
        {
            if (!_running.Add(domain))
                return QueueTurnReplies.Started(domain);
        }
        var hasten = HastenAsync(domain, new DomainMatch(domain, withSubdomains));
        try
        {
            var count = await hasten.WaitAsync(Patience, clock);
            return count > 0 ? QueueTurnReplies.Pending(domain, count) : QueueTurnReplies.Nothing(domain);
        }
        catch (TimeoutException)
        {
            return QueueTurnReplies.Started(domain);
        }
        catch (SpoolUnavailableException fault)
        {
            return QueueTurnReplies.Unable(domain) with { LogDetail = fault.GetBaseException().Message };
        }
    }

    private async Task<int> HastenAsync(string domain, DomainMatch domains)
    {
        try
        {
            // Not the session's token: the work goes on when the client closes the connection.
            return await Task.Run(() => queue.HastenRelaysAsync(domains, CancellationToken.None));
        }
        finally
        {
            lock (_gate)
                _running.Remove(domain);
        }
    }

    private static bool MayStart(string domain, bool withSubdomains, SmtpPeer peer, ReceptionPolicy policy)
    {
        if (peer.Trusted)
            return true;
        return peer.User is { } user && policy.Collect.TryGetValue(user, out var own)
            && own.Contains(domain) && (!withSubdomains || own.Contains($"any.{domain}"));
    }
}
