using System.Text;
using InboundBridge.Mime;
using InboundBridge.Mime.Structure;

namespace InboundBridge.UnitTests.Mime.Reading;

/// <summary>Everything that can be asked of a mail, as one text, so that two ways of reading can be compared.</summary>
internal static class WholeReading
{
    public static string Of(MimeMessage mail)
    {
        var result = new StringBuilder();
        foreach (var field in mail.Headers)
            result.Append(field.Offset).Append('+').Append(field.Length).Append(' ').Append(field).Append('\n');
        result.Append(mail.BodyOffset).Append('|').Append(mail.Subject).Append('|').Append(mail.Date).Append('|').Append(mail.MessageId).Append('|').Append(mail.InReplyTo)
            .Append('|').AppendJoin(',', mail.References).Append('|').Append(mail.ListId).Append('\n');
        result.AppendJoin(',', mail.From).AppendJoin(',', mail.To).AppendJoin(',', mail.Cc).AppendJoin(',', mail.ReplyTo).Append('\n');
        Structure(mail.Structure, result);
        result.Append(mail.Text).Append('|').Append(mail.Html).Append('|').Append(mail.ReplyText).Append('\n');
        foreach (var attachment in mail.Attachments)
        {
            result.Append(attachment.Index).Append(attachment.FileName).Append('|').Append(attachment.ContentType).Append('|').Append(attachment.Disposition).Append('|')
                .Append(attachment.ContentId).Append('|').Append(attachment.Size).Append('|').Append(attachment.Sha256).Append('\n');
        }
        result.AppendJoin(',', mail.Kind).Append('\n').AppendJoin('\n', mail.Problems);
        return result.ToString();
    }

    private static void Structure(MimePart part, StringBuilder result)
    {
        result.Append(part.Offset).Append('-').Append(part.BodyOffset).Append('-').Append(part.BodyEnd).Append(' ').Append(part.ContentType.MediaType).Append('(');
        foreach (var child in part.Parts)
            Structure(child, result);
        result.Append(")\n");
    }
}
