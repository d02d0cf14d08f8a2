using InboundBridge.MailFlow.Reception.Facts;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Reception;

/// <summary>Hands what the live rules have decided to the comparison with the shadow rules. Copies at most; reads, parses and waits for nothing.</summary>
internal static class ShadowOffer
{
    /// <summary>A recipient that was refused on the envelope alone.</summary>
    public static void Recipient(ReceptionServices services, MailTransaction transaction, RuleRecipient recipient)
    {
        if (IsWanted(services, transaction))
            services.Shadow!.Offer(Case(transaction, [recipient], RuleStage.Recipient, null, size: 0));
    }

    /// <summary>Every recipient was refused when the header had come.</summary>
    public static void Header(ReceptionServices services, MailTransaction transaction, MailContent content)
    {
        if (IsWanted(services, transaction))
            services.Shadow!.Offer(Case(transaction, [.. transaction.Recipients], RuleStage.Header, Read(content), size: 0));
    }

    /// <summary>The whole mail was decided. To be offered once its fate is sealed; the copy has to be made before the spool takes the octets over.</summary>
    /// <param name="size">Octets of the mail as received.</param>
    public static ShadowCase? Mail(ReceptionServices services, MailTransaction transaction, MailContent content, long size) =>
        IsWanted(services, transaction)
            ? Case(transaction, [.. transaction.Recipients], RuleStage.Body, content.Length <= ShadowComparison.MostOctets ? Copy(content) : null, size)
            : null;

    private static bool IsWanted(ReceptionServices services, MailTransaction transaction) =>
        services.Shadow is not null && transaction.Policy.Routing is { Shadow: not null, IsDryRun: false };

    private static ShadowCase Case(MailTransaction transaction, IReadOnlyList<RuleRecipient> recipients, RuleStage stage, ReadOnlyMemory<byte>? octets, long size) => new()
    {
        MessageId = transaction.Id,
        Policy = transaction.Policy.Routing,
        Recipients = recipients,
        Stage = stage,
        Now = transaction.BeganAt,
        Octets = octets,
        Facts = content => MailFacts.At(transaction, stage, content, size),
    };

    /// <summary>Null for one that lies in a file: reading it would hold up the reply.</summary>
    private static ReadOnlyMemory<byte>? Copy(MailContent content) => content.TryGetMemory(out var memory) ? memory.ToArray() : null;

    /// <summary>The header, and not much behind it has come.</summary>
    private static ReadOnlyMemory<byte> Read(MailContent content)
    {
        var octets = new byte[(int)Math.Min(content.Length, ShadowComparison.MostOctets)];
        var read = 0;
        while (read < octets.Length && content.Read(read, octets.AsSpan(read)) is > 0 and var count)
            read += count;
        return octets.AsMemory(0, read);
    }
}
