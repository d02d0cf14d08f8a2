namespace InboundBridge.MailFlow.Spool.Contract.Notices;

/// <summary>
/// What a mail of our own tells the operators (<c>notify</c>). It is kept beside the mail, so that a webhook gets it as data.
/// </summary>
/// <param name="Kind">As in the configuration: <c>dead_letter</c>.</param>
/// <param name="Subject">What it is about: a destination, a certificate, a file.</param>
/// <param name="Count">How often it happened from <paramref name="FirstAt"/> to <paramref name="LastAt"/>.</param>
/// <param name="Summary">One sentence for people.</param>
/// <param name="Detail">The last occurrence in other words: a reply, a problem. Null: there is no more to say.</param>
/// <param name="MessageId">An example of the messages that it is about; null where it is about none.</param>
/// <param name="Hostname">Of the node that tells it.</param>
public sealed record MailNotice(
    string Kind, string Subject, long Count, DateTimeOffset FirstAt, DateTimeOffset LastAt, string Summary, string? Detail,
    string? MessageId, string Hostname);
