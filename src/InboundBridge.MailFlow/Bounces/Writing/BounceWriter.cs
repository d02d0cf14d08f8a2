using System.Text;
using MimeKit;

namespace InboundBridge.MailFlow.Bounces.Writing;

/// <summary>
/// Writes a bounce as a mail: multipart/report (RFC 6522) of words for people, fields for programs, and the mail that it is about.
/// </summary>
internal sealed class BounceWriter(BounceOptions options)
{
    /// <summary>Of the mail that is answered; longer ones are left out.</summary>
    private const int LongestMessageId = 500;

    /// <param name="returned">Null: nothing of the mail is returned.</param>
    /// <returns>Null when the sender's address can't stand in a header.</returns>
    public WrittenMail? Write(BounceContent bounce, ReturnedMail? returned)
    {
        var sender = bounce.Message.Envelope.Sender;
        if (!MailboxAddress.TryParse(sender, out var to) || to.Address != sender)
            return null;
        var language = BounceLanguage.Of(options.Language);
        var words = new PlainWords(bounce, language, options);
        using var mail = new MimeMessage { Subject = words.Subject, Date = bounce.Now, MessageId = $"{bounce.Id}@{options.Hostname}" };
        mail.From.Add(new MailboxAddress(language["name"], options.From ?? $"MAILER-DAEMON@{options.Hostname}"));
        mail.To.Add(new MailboxAddress(null, sender));
        if (bounce.MessageId is { } id && CanBeNamed(id))
        {
            mail.Headers.Add(HeaderId.InReplyTo, $"<{id}>");
            mail.Headers.Add(HeaderId.References, $"<{id}>");
        }
        // RFC 3834 §5.
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-replied");
        var body = new MultipartReport("delivery-status") { Boundary = $"=_{bounce.Id}" };
        body.Add(Human(words.Write(returned?.IsWhole), language.Code));
        body.Add(Status(bounce));
        if (returned is not null)
            body.Add(Returned(returned, bounce));
        mail.Body = body;
        using var output = new MemoryStream();
        mail.WriteTo(new FormatOptions { NewLineFormat = NewLineFormat.Dos, International = bounce.IsInternational }, output);
        return new WrittenMail(output.ToArray(), words.Subject);
    }

    private static bool CanBeNamed(ReadOnlySpan<char> id) =>
        id.Length <= LongestMessageId && !id.ContainsAnyExceptInRange('!', '~') && !id.ContainsAny('<', '>');

    private static TextPart Human(string text, string language)
    {
        var part = new TextPart("plain") { ContentTransferEncoding = ContentEncoding.QuotedPrintable };
        part.SetText(Encoding.UTF8, text);
        part.Headers.Add(HeaderId.ContentLanguage, language);
        return part;
    }

    private MimePart Status(BounceContent bounce)
    {
        var text = new StatusFields(bounce, options).Write();
        var isAscii = Ascii.IsValid(text);
        return Part(
            "message", isAscii ? "delivery-status" : "global-delivery-status", Encoding.UTF8.GetBytes(text),
            isAscii ? ContentEncoding.SevenBit : ContentEncoding.EightBit);
    }

    private static MimePart Returned(ReturnedMail returned, BounceContent bounce)
    {
        // A header outside ASCII makes it an international mail (RFC 6532), unless its sender's server knows nothing of those.
        var isGlobal = bounce.Message.Envelope.SmtpUtf8 && returned.IsHeaderEightBit;
        if (returned.IsWhole)
        {
            // RFC 6533 §4: unless an address needs SMTPUTF8, servers without it carry the bounce, and then the content is in 7 bit.
            var encoding = !returned.IsEightBit ? ContentEncoding.SevenBit
                : isGlobal && !bounce.IsInternational ? ContentEncoding.QuotedPrintable : ContentEncoding.EightBit;
            return Part("message", isGlobal ? "global" : "rfc822", returned.Octets, encoding);
        }
        // A header may be encoded, so that it passes every server whatever it holds (RFC 6522 §4, RFC 6533 §5).
        return Part(
            isGlobal ? "message" : "text", isGlobal ? "global-headers" : "rfc822-headers", returned.Octets,
            returned is { IsEightBit: false, IsPlain: true } ? ContentEncoding.SevenBit : ContentEncoding.QuotedPrintable);
    }

    private static MimePart Part(string type, string subtype, byte[] octets, ContentEncoding encoding) => new(type, subtype)
    {
        Content = new MimeContent(new MemoryStream(octets, writable: false)),
        ContentTransferEncoding = encoding,
    };
}
