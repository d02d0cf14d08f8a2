using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Reception.Recipients;
using InboundBridge.MailFlow.Reception.Replies;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.MailFlow.Reception.Inquiries;

/// <summary>
/// ETRN (RFC 1985): a host that was away asks us to try its mail again now. What waits for its next attempt at a relay and goes to that domain becomes due;
/// where it goes stays the destination's matter, so that asking moves no mail to whoever asks.
/// </summary>
internal sealed class QueueTurn(MailQueue queue, TimeProvider clock)
{
    /// <summary>A peer waits for the count; in a very long queue it hears that there is something, and the rest follows by itself.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _running = new(StringComparer.Ordinal);

    public async ValueTask<SmtpReply> StartAsync(string argument, SmtpPeer peer, ReceptionPolicy policy)
    {
        // RFC 1985 §5.3: @domain means everything below it as well; #name is a queue's own name, and ours have none.
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
            return await hasten.WaitAsync(Patience, clock) is > 0 and var count ? QueueTurnReplies.Pending(domain, count) : QueueTurnReplies.Nothing(domain);
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
