using InboundBridge.MailFlow.Reception.Facts;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Reception;

/// <summary>
/// Hands decisions of the live rules to the comparison with the shadow rules. It may copy octets, but does not parse, read files or wait.
/// </summary>
internal static class ShadowOffer
{
    /// <summary>A recipient was refused at RCPT.</summary>
    public static void Recipient(ReceptionServices services, MailTransaction transaction, RuleRecipient recipient)
    {
        if (IsWanted(services, transaction))
            services.Shadow!.Offer(Case(transaction, [recipient], RuleStage.Recipient, null, size: 0));
    }

    /// <summary>Every recipient was refused after the header.</summary>
    public static void Header(ReceptionServices services, MailTransaction transaction, MailContent content)
    {
        if (IsWanted(services, transaction))
            services.Shadow!.Offer(Case(transaction, [.. transaction.Recipients], RuleStage.Header, Read(content), size: 0));
    }

    /// <summary>
    /// The whole message was judged. Offer the case after the message was committed or refused. The copy is made here, before the spool
    /// takes the octets over.
    /// </summary>
    /// <param name="size">Octets of the message as received.</param>
    public static ShadowCase? Mail(ReceptionServices services, MailTransaction transaction, MailContent content, long size) =>
        IsWanted(services, transaction) ? Case(transaction, Ruled(transaction), RuleStage.Body, Copy(content), size) : null;

    /// <summary>The recipients that rules decide about.</summary>
    private static List<RuleRecipient> Ruled(MailTransaction transaction) =>
        [.. transaction.Recipients.Where(recipient => transaction.Policy.Routing.Returned(recipient, transaction.BeganAt) is null)];

    private static bool IsWanted(ReceptionServices services, MailTransaction transaction) =>
        services.Shadow is not null && transaction.Policy.Routing is { Shadow: not null, IsDryRun: false };

    private static ShadowCase Case(
        MailTransaction transaction,
        IReadOnlyList<RuleRecipient> recipients,
        RuleStage stage,
        ReadOnlyMemory<byte>? octets,
        long size) => new()
        {
            MessageId = transaction.Id,
            Policy = transaction.Policy.Routing,
            Recipients = recipients,
            Stage = stage,
            Now = transaction.BeganAt,
            Octets = octets,
            Facts = content => MailFacts.At(transaction, stage, content, size),
        };

    /// <summary>Null for a message that is too large to compare, or in a file, because reading it would delay the reply.</summary>
    private static ReadOnlyMemory<byte>? Copy(MailContent content)
    {
        if (content.Length > ShadowComparison.MostOctets || !content.TryGetMemory(out var memory))
            return null;
        return memory.ToArray();
    }

    /// <summary>The header and the little of the body that has come.</summary>
    private static ReadOnlyMemory<byte> Read(MailContent content)
    {
        var octets = new byte[(int)Math.Min(content.Length, ShadowComparison.MostOctets)];
        var read = 0;
        while (read < octets.Length && content.Read(read, octets.AsSpan(read)) is > 0 and var count)
            read += count;
        return octets.AsMemory(0, read);
    }
}
