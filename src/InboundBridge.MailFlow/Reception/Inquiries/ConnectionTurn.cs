using InboundBridge.MailFlow.Domains;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Queue.Collecting;
using InboundBridge.MailFlow.Reception.Replies;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.MailFlow.Reception.Inquiries;

/// <summary>
/// ATRN (RFC 2645): a user asks for the mail that waits for its <c>collect</c> domains. A foreign domain among them refuses the whole
/// request; the user learns nothing about that domain.
/// </summary>
internal sealed class ConnectionTurn(MailQueue queue)
{
    /// <param name="domains">In canonical form; none: all that the user collects.</param>
    public async ValueTask<SmtpTurnAnswer> StartAsync(
        IReadOnlyList<string> domains, SmtpPeer peer, ReceptionPolicy policy, CancellationToken cancellationToken)
    {
        if (peer.User is not { } user || !policy.Collect.TryGetValue(user, out var own) || own.IsEmpty || !domains.All(own.Contains))
            return Refuse(ConnectionTurnReplies.Refused);
        try
        {
            return await queue.CollectAsync(user, Collects(domains, own), cancellationToken) switch
            {
                CollectionAnswer.Begun begun =>
                    new SmtpTurnAnswer(ConnectionTurnReplies.Turning, new CollectingTurn(begun.Collection, peer)),
                CollectionAnswer.Unable unable => Refuse(ConnectionTurnReplies.Unable with { LogDetail = unable.Why }),
                _ => Refuse(ConnectionTurnReplies.NoMail),
            };
        }
        catch (SpoolUnavailableException fault)
        {
            return Refuse(ConnectionTurnReplies.Unable with { LogDetail = fault.GetBaseException().Message });
        }
    }

    private static SmtpTurnAnswer Refuse(SmtpReply reply) => new(reply);

    private static Predicate<string> Collects(IReadOnlyList<string> domains, LocalDomains own)
    {
        if (domains.Count == 0)
            return address => own.Contains(DomainOf(address));
        var named = domains.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return address => named.Contains(DomainOf(address));
    }

    private static string DomainOf(string address) => address[(address.LastIndexOf('@') + 1)..];
}
