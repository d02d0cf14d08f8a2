using System.Globalization;
using InboundBridge.Composing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notices;
using InboundBridge.Text;

namespace InboundBridge.Notices;

/// <summary>
/// A notice as a mail of our own: it waits, is retried and is shown like other mail. Its reverse-path is empty, so that nothing is sent
/// back about it.
/// </summary>
internal static class NoticeMail
{
    /// <summary>On each delivery of a notice. Rules may use the same tag, so it does not prove anything.</summary>
    public const string Tag = "notice";

    /// <summary>Characters of the subject in the spool, as many as of received mail.</summary>
    private const int LongestSubject = 200;

    /// <param name="postmaster">The address that the mail comes from and goes to; a webhook does not look at it.</param>
    public static byte[] Write(MailNotice notice, string id, string postmaster, DateTimeOffset now) => new SampleMail
    {
        From = postmaster,
        To = [postmaster],
        Subject = SubjectOf(notice),
        Text = TextOf(notice),
        Date = now,
        Unique = id,
        // RFC 3834 §5.
        Fields = [("Auto-Submitted", "auto-generated")],
    }.ToBytes();

    public static string SubjectOf(MailNotice notice) => $"{notice.Hostname}: {notice.Summary}";

    public static SpooledMessage MessageOf(
        MailNotice notice, StagedMessage staged, string id, string postmaster, string configVersion, DateTimeOffset now) => new()
        {
            Id = id,
            ReceivedAt = now,
            Envelope = new MailEnvelope { Sender = string.Empty, Recipients = [new MailRecipient(postmaster)], Notice = notice },
            Size = staged.Content.Length,
            Sha256 = staged.Sha256,
            ConfigVersion = configVersion,
            Subject = CutText.At(SubjectOf(notice), LongestSubject),
        };

    public static SpooledDelivery DeliveryOf(MailNotice notice, SpooledMessage message, string deliveryId, string webhook) => new()
    {
        Id = deliveryId,
        MessageId = message.Id,
        Destination = webhook,
        Recipients = message.Envelope.Recipients,
        Tags = [Tag, notice.Kind],
        CreatedAt = message.ReceivedAt,
        NextAttemptAt = message.ReceivedAt,
    };

    private static string TextOf(MailNotice notice)
    {
        var detail = notice.Detail is { } words ? $"\r\n{words}\r\n" : string.Empty;
        var message = notice.MessageId is { } id ? $"message: {id}\r\n" : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{notice.Summary}\r\n{detail}\r\nnotice: {notice.Kind}\r\nsubject: {notice.Subject}\r\ncount: {notice.Count}\r\n"
            + $"first: {notice.FirstAt.UtcDateTime:u}\r\nlast: {notice.LastAt.UtcDateTime:u}\r\n{message}");
    }
}
