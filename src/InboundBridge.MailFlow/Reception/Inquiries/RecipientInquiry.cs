using InboundBridge.MailFlow.Reception.Recipients;
using InboundBridge.MailFlow.Reception.Replies;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.MailFlow.Reception.Inquiries;

/// <summary>
/// VRFY and EXPN (RFC 5321 §3.5) for our users and trusted networks, if the configuration allows it. Every other client gets replies that
/// reveal nothing, so that it can't find out which addresses exist (§7.3).
/// </summary>
internal static class RecipientInquiry
{
    private const string Utf8Word = " SMTPUTF8";

    /// <summary>
    /// Null for the session's own 252, which is also the answer when we can't tell: without a source of recipients, when a source fails, or
    /// for a foreign domain.
    /// </summary>
    public static async ValueTask<SmtpReply?> VerifyAsync(
        string argument, SmtpPeer peer, ReceptionPolicy policy, CancellationToken cancellationToken)
    {
        if (!MayKnow(peer, policy))
            return null;
        if (Read(argument, policy) is not { } address)
            return ReceptionReplies.NoMailbox;
        if (!policy.Domains.Contains(address.Domain))
            return null;
        var mailbox = address.ToString();
        if (policy.Groups.ContainsKey(mailbox))
            return ReceptionReplies.Exists(mailbox);
        if (policy.Recipients is not { } directory)
            return null;
        return (await directory.AskAsync(mailbox, cancellationToken)).Exists switch
        {
            RecipientExists.Yes => ReceptionReplies.Exists(mailbox),
            RecipientExists.No => ReceptionReplies.UnknownRecipient,
            _ => null,
        };
    }

    /// <summary>Null for 502, as when there are no groups.</summary>
    public static SmtpReply? Expand(string argument, SmtpPeer peer, ReceptionPolicy policy)
    {
        if (policy.Groups.Count == 0 || !MayKnow(peer, policy))
            return null;
        if (Read(argument, policy) is not { } address)
            return ReceptionReplies.NoMailbox;
        return policy.Groups.TryGetValue(address.ToString(), out var members)
            ? ReceptionReplies.Members(members)
            : ReceptionReplies.NoSuchGroup;
    }

    private static bool MayKnow(SmtpPeer peer, ReceptionPolicy policy) => policy.TellsRecipients && (peer.User is not null || peer.Trusted);

    /// <summary>
    /// Parses a mailbox, or a user name alone, which belongs to our first domain (RFC 5321 §3.5.1). The word SMTPUTF8 may follow (RFC 6531
    /// §3.7.4.2).
    /// </summary>
    private static SmtpAddress? Read(string argument, ReceptionPolicy policy)
    {
        var text = argument.EndsWith(Utf8Word, StringComparison.OrdinalIgnoreCase) ? argument[..^Utf8Word.Length].TrimEnd() : argument;
        if (!text.Contains('@', StringComparison.Ordinal) && policy.Domains.First is { } first)
            text = $"{text.TrimStart('<').TrimEnd('>')}@{first}";
        return SmtpAddressParser.TryParse(text, out var address) && address!.Domain.Length > 0 ? address : null;
    }
}
