using System.Text;
using InboundBridge.Mime;
using InboundBridge.Mime.Structure;

namespace InboundBridge.UnitTests.Mime.Reading;

/// <summary>Every property of a mail as one text, so that two ways of reading can be compared.</summary>
internal static class WholeReading
{
    public static string Of(MimeMessage mail)
    {
        var result = new StringBuilder();
        foreach (var field in mail.Headers)
            result.Append($"[{field.Offset}+{field.Length}] {field}\n");
        result.Append(
            $"body at: {mail.BodyOffset}\nsubject: {mail.Subject ?? "(null)"}\ndate: {mail.Date:O}\nmessage-id: "
            + $"{mail.MessageId}\nin-reply-to: {mail.InReplyTo}\n");
        result.Append($"references: {string.Join(' ', mail.References)}\nlist-id: {mail.ListId}\n");
        result.Append($"from: {Join(mail.From)}\nto: {Join(mail.To)}\ncc: {Join(mail.Cc)}\nreply-to: {Join(mail.ReplyTo)}\n");
        Structure(mail, mail.Structure, result, "");
        result.Append(
            $"--- text\n{mail.Text ?? "(null)"}\n--- html\n{mail.Html ?? "(null)"}\n--- reply text\n{mail.ReplyText ?? "(null)"}\n---\n");
        foreach (var file in mail.Attachments)
            result.Append(
                $"attachment {file.Index}: {file.FileName ?? "(null)"} {file.ContentType} {file.Disposition} "
                + $"{file.ContentId ?? "(null)"} {file.Size} {file.Sha256[..16]}\n");
        result.Append($"kind: {string.Join(' ', mail.Kind)}\n");
        if (mail.Calendar is { } calendar)
            result.Append(
                $"calendar: {calendar.Method}\n{string.Join('\n', calendar.Events)}\n"
                + $"{string.Join('\n', calendar.Events.SelectMany(item => item.Attendees))}\n");
        if (mail.Report is { } report)
            result.Append(
                $"report: {report.Type} "
                + $"{(report is InboundBridge.Mime.Reports.DeliveryReport { Recipients: [var first, ..] } ? first.ToString() : "")}\n");
        result.Append($"problems: {string.Join("; ", mail.Problems)}\n");
        return result.ToString();
    }

    private static string Join(IEnumerable<InboundBridge.Mime.Addresses.MailboxAddress> list) =>
        string.Join(", ", list.Select(mailbox => $"{mailbox.Name} <{mailbox.Address}>"));

    private static void Structure(MimeMessage mail, MimePart part, StringBuilder result, string indent)
    {
        result.Append($"{indent}{part.Offset}-{part.BodyOffset}-{part.BodyEnd} {part.ContentType.MediaType}\n");
        foreach (var child in part.Parts)
            Structure(mail, child, result, indent + "  ");
        if (part.ContentType is not { Type: "message", Subtype: "rfc822" or "global" } || mail.Limits.Depth <= 1)
            return;
        using var content = part.OpenContent();
        using var octets = new MemoryStream();
        content.CopyTo(octets);
        var inner = MimeMessage.Open(MimeSource.FromMemory(octets.ToArray()), mail.Limits with { Depth = mail.Limits.Depth - 1 });
        result.Append($"{indent}  mail: {inner.Subject}, {inner.Attachments.Count} attachments, text {inner.Text?.Length}\n");
    }
}
